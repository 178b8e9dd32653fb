"""Home of the command line: names every group of commands, which is loaded when it is called."""

from __future__ import annotations

from app.late import Application, LateCommand

_COMMANDS = (  # Each where the highest package that adds to the group has all of it.
    ("api", "app.upkeep.commands:api_commands", "The endpoints for machines."),
    ("areas", "app.areas.commands:area_commands", "Official places: districts, streets, communities."),
    ("audit", "app.audit.commands:audit_commands", "The append-only trail of acts."),
    (
        "awards",
        "app.awards.commands:awards_commands",
        "What each canteen gets for a year: draft, export, verify.",
    ),
    ("backup", "app.upkeep.commands:backup_commands", "Encrypted backups of the database."),
    ("care", "app.care.commands:care_commands", "Who did not come to eat, and is called."),
    (
        "complaints",
        "app.complaints.commands:complaints_commands",
        "What people complain of and wish for: take in the hotline’s sheet.",
    ),
    ("db", "app.cli.migrations:migration_commands", "Migrations of the database."),
    (
        "delivery",
        "app.delivery.commands:delivery_commands",
        "Planning and printing the rides that carry meals home.",
    ),
    (
        "demo",
        "app.demo.commands:demo_commands",
        "Make a whole district of invented people in an empty database.",
    ),
    (
        "disclosure",
        "app.disclosure.commands:disclosure_commands",
        "What everybody may read: publish, measure, export.",
    ),
    (
        "donations",
        "app.settlement.commands:donations_commands",
        "What is given for meals: import, report, verify.",
    ),
    ("jobs", "app.jobs.commands:jobs_commands", "Work that is done beside the pages."),
    ("keys", "app.privacy.commands:keys_commands", "The keys that seal identity, phone and account numbers."),
    (
        "kitchens",
        "app.settlement.commands:kitchens_commands",
        "What kitchens cooked and sent, and what became of it.",
    ),
    ("meals", "app.meals.commands:meals_commands", "The ledger of meals."),
    (
        "oversight",
        "app.oversight.commands:oversight_commands",
        "What is wrong, what comes, who is not reached.",
    ),
    ("policy", "app.subsidy.commands:policy_commands", "Who is subsidised, and how much: dated policies."),
    ("privacy", "app.privacy.commands:privacy_commands", "How long personal data is kept."),
    ("residents", "app.residents.commands:resident_commands", "The people aged 60 and more."),
    (
        "serve",
        "app.cli.serving:serve",
        "Serve until SIGTERM or Ctrl-C; then take nothing new, and finish what is being answered.",
    ),
    (
        "settlement",
        "app.settlement.commands:settlement_commands",
        "Monthly statements: draft, export, pay, verify, simulate.",
    ),
    ("sites", "app.canteens.commands:site_commands", "Canteens and service points."),
    (
        "tablets",
        "app.till.commands:tablets_commands",
        "The tablets at the sites, each with a credential of its own.",
    ),
    ("users", "app.auth.commands:users_commands", "Users, before anybody can sign in to let others in."),
)

NAMES = frozenset(name for name, _, _ in _COMMANDS)
"""What every group of commands is called."""


def install(app: Application) -> None:
    """Give the application its commands."""
    for name, place, sentence in _COMMANDS:
        app.cli.add_command(LateCommand(name, place=place, sentence=sentence, before=app.open))
