#!/bin/sh
# Makes, in a new and empty PostgreSQL, the owner of the database and the role that web and workers sign in as.
# The container of the database runs it once; by hand, once the database is made: as the superuser, with the two passwords
# in files of a folder that SECRETS names.
set -eu
secrets=${SECRETS:-/run/secrets}
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname="${POSTGRES_DB:-meal_circle}" \
    --set=owner="$(cat "$secrets/owner_password")" --set=serving="$(cat "$secrets/serving_password")" <<'SQL'
CREATE ROLE meal_circle_owner LOGIN CREATEDB PASSWORD :'owner';
CREATE ROLE meal_circle LOGIN PASSWORD :'serving';
SELECT format('ALTER DATABASE %I OWNER TO meal_circle_owner', current_database()) \gexec
ALTER SCHEMA public OWNER TO meal_circle_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
SQL
