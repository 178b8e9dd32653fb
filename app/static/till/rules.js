/* Home of the decision on the tablet: what policy gives one meal, and why, also without a network. ES2019 at most.

   The server is the judge (app/subsidy/rules, app/meals/rules); this tells the same rules a second time, in
   the same order and by the same names, and tests/unit/till holds the two against each other.

   Pure: nothing here reads the clock, the page or the tablet's time zone. Days are text like "2026-11-23", which
   sorts as the days do; money is whole fen; an age is in completed years. What is left out or null says nothing. */

const DISTRICT_DIGITS = 6;
const STREET_DIGITS = 9;
const SATURDAY = 5;
const DAY_MS = 24 * 60 * 60 * 1000;
// China has had one time all year round since 1992, so no table of time zones is needed to tell its days.
const SHANGHAI_AHEAD_MS = 8 * 60 * 60 * 1000;
const BREAKFAST_UNTIL_MINUTES = 9 * 60 + 30;
const LUNCH_UNTIL_MINUTES = 15 * 60;

/* ---- One more meal ---- */

/** Decide one more meal of a resident (null: not registered), who has had `used`: [[served_on, sitting, fen], …]. */
export function decide(meal, ground) {
  const policy = policyFor(ground.policies, ground.site.area_code, meal.on);
  const split = splitPrice(
    { priceFen: meal.priceFen, sitting: meal.sitting, on: meal.on, site: ground.site, resident: meal.resident },
    { policy: policy, used: usage(ground.used, meal.on, meal.sitting), calendar: ground.calendar }
  );
  return Object.assign(split, { policy_reference: policy ? policy.reference : "" });
}

/** Give the policy that decides a meal whole: the area's newest, of one day the narrower; null before the first. */
export function policyFor(policies, areaCode, on) {
  return policies
    .filter((policy) => areaCode.startsWith(policy.district) && policy.effective_from <= on)
    .reduce((newest, policy) => (newest && !isNewer(policy, newest) ? newest : policy), null);
}

function isNewer(policy, other) {
  if (policy.effective_from !== other.effective_from) { return policy.effective_from > other.effective_from; }
  return policy.district.length > other.district.length;
}

/** Sum up what was used of the sitting, day, week and month of one meal; only government money uses anything. */
export function usage(entries, on, sitting) {
  const { monday, sunday, month } = windows(on);
  const paid = entries.filter((entry) => entry[2] > 0);
  const ofDay = paid.filter((entry) => entry[0] === on);
  const ofWeek = paid.filter((entry) => monday <= entry[0] && entry[0] <= sunday);
  const ofMonth = paid.filter((entry) => entry[0].slice(0, 7) === month);
  return {
    meals_sitting: ofDay.filter((entry) => entry[1] === sitting).length,
    meals_day: ofDay.length,
    meals_week: ofWeek.length,
    meals_month: ofMonth.length,
    day_fen: sum(ofDay.map((entry) => entry[2])),
    week_fen: sum(ofWeek.map((entry) => entry[2])),
    month_fen: sum(ofMonth.map((entry) => entry[2])),
  };
}

/* ---- The split of one price ---- */

/** Split one price between government, operator, charity and resident, and give the first reason that applies.

    The layers pay in their order, together never more than the price nor than what the amount caps leave; then
    the operator, then charity, whose pledge the roster leaves out while its funds are empty; the resident pays the
    rest. What a fund no longer held when a meal arrived is told by the receipt. */
export function splitPrice(occasion, { policy, used, calendar }) {
  const price = occasion.priceFen;
  // A slip in money must not pass as a meal; it is a fault of the page, never of the person at the counter.
  if (!Number.isSafeInteger(price) || price < 0) { throw new RangeError(`a price is whole fen, not ${price}`); }
  if (!occasion.resident) { return unsubsidised(price, "not_registered"); }
  const against = againstResident(occasion.resident, policy, occasion.on) || againstMeal(occasion, policy, calendar);
  if (against || !policy) { return unsubsidised(price, against || "no_rate"); }
  const offers = offersFor(occasion, policy);
  const reason =
    againstPrice(price, offers, policy) || againstCaps(policy.caps, used) || (offers.length ? null : "no_rate");
  if (reason) { return unsubsidised(price, reason); }
  return shared(price, given(offers, Math.min(price, leftFen(policy.caps.fen, used))), policy);
}

function unsubsidised(priceFen, reason) {
  return { reason: reason, government_fen: 0, operator_fen: 0, charity_fen: 0, resident_fen: priceFen, layers: [] };
}

/* The first reason that lies in the person: life, status, age, where they belong. */
function againstResident(resident, policy, on) {
  const status = statusOn(resident, on);
  if (status === "deceased") { return "deceased"; }
  if (!policy) { return null; }
  if (policy.eligible.excluded_statuses.includes(status)) { return "excluded_status"; }
  if (ageOn(resident.birth_on, on) < policy.eligible.min_age) { return "under_age"; }
  return belongs(resident, policy) ? null : "not_local";
}

function belongs(resident, policy) {
  const by = policy.eligible.belongs_by;
  return (
    (by !== "registration" && resident.residence_area.startsWith(policy.district)) ||
    (by !== "residence" && resident.registered_area.startsWith(policy.district))
  );
}

/* The first reason that lies in where, when and for how much the meal was served. */
function againstMeal(occasion, policy, calendar) {
  if (!isOpenOn(occasion.site, occasion.on)) { return "site_closed"; }
  if (!policy) { return null; }
  if (!policy.sittings.includes(occasion.sitting)) { return "sitting_not_subsidised"; }
  if (policy.days === "workdays" && !isWorkday(calendar, occasion.on)) { return "not_a_workday"; }
  return occasion.priceFen < policy.min_price_fen ? "below_min_price" : null;
}

function againstPrice(priceFen, offers, policy) {
  const offeredFen = sum(offers.map((offer) => offer.amountFen));
  return policy.price_must_exceed && priceFen <= offeredFen ? "price_not_above_subsidy" : null;
}

/* The reason of the first cap, from the sitting to the month, of which nothing is left. */
function againstCaps({ meals, fen }, used) {
  if (isReached(meals.sitting, used.meals_sitting)) { return "cap_sitting"; }
  if (isReached(meals.day, used.meals_day) || isReached(fen.day, used.day_fen)) { return "cap_day"; }
  if (isReached(meals.week, used.meals_week) || isReached(fen.week, used.week_fen)) { return "cap_week"; }
  if (isReached(meals.month, used.meals_month) || isReached(fen.month, used.month_fen)) { return "cap_month"; }
  return null;
}

function isReached(cap, used) {
  return isSaid(cap) && used >= cap;
}

/* The least that the amount caps leave. */
function leftFen(fen, used) {
  const pairs = [[fen.day, used.day_fen], [fen.week, used.week_fen], [fen.month, used.month_fen]];
  return Math.min(...pairs.map(([cap, spent]) => (isSaid(cap) ? cap - spent : Infinity)));
}

/* Let the layers pay in their order until the limit is reached. */
function given(offers, limitFen) {
  const layers = [];
  let left = limitFen;
  offers.forEach(({ layer, amountFen }) => {
    const amount = Math.min(amountFen, left);
    left -= amount;
    if (amount) { layers.push({ payer: layer.payer, fund: layer.fund, amount_fen: amount }); }
  });
  return layers;
}

/* Operator and charity follow the government, where it paid at all, and the resident pays the rest. */
function shared(priceFen, layers, policy) {
  const government = sum(layers.map((layer) => layer.amount_fen));
  if (!government) { return unsubsidised(priceFen, "ok"); }
  const operator = Math.min(policy.operator_discount_fen, priceFen - government);
  const charity = Math.min(policy.charity_fen, priceFen - government - operator);
  return {
    reason: "ok",
    government_fen: government,
    operator_fen: operator,
    charity_fen: charity,
    resident_fen: priceFen - government - operator - charity,
    layers: layers,
  };
}

/* ---- Layers and their rates ---- */

/* What every layer that has a rate for this occasion would pay if nothing held it back. */
function offersFor(occasion, policy) {
  const { resident, site, on } = occasion;
  const known = { age: ageOn(resident.birth_on, on), held: categoriesOn(resident, on), sitting: occasion.sitting };
  return policy.layers
    .filter((layer) => isVenue(layer.venue, resident.residence_area, site.area_code))
    .map((layer) => ({ layer: layer, rates: layer.rates.filter((rate) => holds(rate.when || {}, known)) }))
    .filter(({ rates }) => rates.length)
    .map(({ layer, rates }) => ({ layer: layer, amountFen: combined(layer, rates, occasion.priceFen) }));
}

function combined(layer, rates, priceFen) {
  const amounts = rates.map((rate) => onPrice(rate, priceFen));
  return layer.combine === "sum" ? sum(amounts) : Math.max(...amounts);
}

/* Where a meal must be eaten, seen from where the resident lives; an area known too coarsely does not count. */
function isVenue(venue, residenceArea, siteArea) {
  if (venue === "any") { return true; }
  const digits = venue === "residence_street" ? STREET_DIGITS : DISTRICT_DIGITS;
  return residenceArea.length >= digits && residenceArea.slice(0, digits) === siteArea.slice(0, digits);
}

/* Every condition that is given must hold; none given always holds. */
function holds(when, { age, held, sitting }) {
  return (
    (!isSaid(when.age_from) || when.age_from <= age) &&
    (!isSaid(when.age_below) || age < when.age_below) &&
    (!isSaid(when.sitting) || when.sitting === sitting) &&
    (!isSaid(when.category) || held.some((period) => isMetBy(when, period)))
  );
}

function isMetBy(when, [category, grade]) {
  const grades = when.grades || [];
  return category === when.category && (!grades.length || grades.includes(grade));
}

/* A fixed amount, which may exceed the price, or a percentage of the price up to a limit. */
function onPrice(rate, priceFen) {
  if (!isSaid(rate.percent)) { return rate.amount_fen; }
  const share = percentOf(priceFen, rate.percent);
  return isSaid(rate.at_most_fen) ? Math.min(share, rate.at_most_fen) : share;
}

/** Give a percentage (25, "12.5") of an amount, rounded half up to a fen.

    The digits are taken as they are written and all sums are of whole numbers: 57.5 % of a yuan is 58 fen, while
    100 * (57.5 / 100) in binary fractions falls a little short of 57.5, and the half fen with it. */
export function percentOf(fen, percent) {
  const written = /^(\d+)(?:\.(\d+))?$/.exec(String(percent));
  if (!written) { throw new RangeError(`a percentage is a plain number, not ${percent}`); }
  const decimals = written[2] || "";
  const whole = 100 * Math.pow(10, decimals.length);
  const doubled = 2 * fen * Number(written[1] + decimals) + whole;
  if (!Number.isSafeInteger(doubled)) { throw new RangeError(`${percent} % of ${fen} fen cannot be told exactly`); }
  return (doubled - (doubled % (2 * whole))) / (2 * whole);
}

/* ---- What is known of a person, a site and a day ---- */

/** Count completed years; the birthday itself counts, and 29 February turns on 1 March in common years. */
export function ageOn(birthOn, on) {
  const years = Number(on.slice(0, 4)) - Number(birthOn.slice(0, 4));
  return on.slice(5) < birthOn.slice(5) ? years - 1 : years;
}

/** Give the status on a day: of the newest change not later than it, and "active" before the first. */
export function statusOn(resident, on) {
  return resident.statuses
    .filter((change) => change[1] <= on)
    .reduce((newest, change) => (change[1] > newest[1] ? change : newest), ["active", ""])[0];
}

/** Give the categories held on a day, as [category, grade, from, until]; the day of `until` is the first without. */
export function categoriesOn(resident, on) {
  return resident.categories.filter(([, , from, until]) => from <= on && (!isSaid(until) || on < until));
}

/** Tell whether a site serves subsidised meals on a day; the closing day is the first without. */
export function isOpenOn(site, on) {
  return site.opened_on <= on && (!isSaid(site.closed_on) || on < site.closed_on);
}

/** Tell whether a day is a workday: Monday to Friday, unless the calendar says otherwise. */
export function isWorkday(calendar, on) {
  return isSaid(calendar[on]) ? calendar[on] : weekday(on) < SATURDAY;
}

/** Give what a day lies in: its week from Monday to Sunday, and its month as "2026-11". */
export function windows(on) {
  const monday = startOf(on) - weekday(on) * DAY_MS;
  return { monday: dayOf(monday), sunday: dayOf(monday + 6 * DAY_MS), month: on.slice(0, 7) };
}

/* Monday is 0. */
function weekday(on) {
  return (new Date(startOf(on)).getUTCDay() + 6) % 7;
}

/* Days are counted as UTC's, wherever the tablet believes to be. */
function startOf(on) {
  return Date.parse(`${on}T00:00:00Z`);
}

function dayOf(milliseconds) {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

/* ---- Instants, and names for what happens at them ---- */

/** Give the business date of an instant, by the calendar in Shanghai. */
export function shanghaiDay(date) {
  return dayOf(date.getTime() + SHANGHAI_AHEAD_MS);
}

/** Give the sitting that is being served at an instant, by the clock in Shanghai. */
export function sittingAt(date) {
  const there = new Date(date.getTime() + SHANGHAI_AHEAD_MS);
  const minutes = there.getUTCHours() * 60 + there.getUTCMinutes();
  if (minutes < BREAKFAST_UNTIL_MINUTES) { return "breakfast"; }
  return minutes < LUNCH_UNTIL_MINUTES ? "lunch" : "dinner";
}

/** Make the id of what happened at an instant: a UUID of version 7 (RFC 9562, section 5.7), which sorts by its time.

    `randomBytes` are ten random bytes, of which 74 bits are used. */
export function uuid7(date, randomBytes) {
  if (randomBytes.length < 10) { throw new RangeError("an id needs ten random bytes"); }
  const [first, second, third, ...rest] = Array.from(randomBytes).slice(0, 10);
  const chance = [0x70 | (first & 0x0f), second, 0x80 | (third & 0x3f), ...rest].map((byte) => hex(byte, 2)).join("");
  const digits = hex(date.getTime(), 12) + chance;
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function hex(number, places) {
  return number.toString(16).padStart(places, "0");
}

/* ---- Small words ---- */

function isSaid(value) {
  return value !== null && value !== undefined;
}

function sum(amounts) {
  return amounts.reduce((total, amount) => total + amount, 0);
}
