/* Home of asking the server, and of telling its answers from everything else that may answer on a canteen's network.

   An answer is ours only when it is JSON of the form that was agreed on: a captive portal says 200 and sends a page.
   call() never throws; it gives {kind, …}:
     "ok"       {data, etag, skew_seconds}
     "same"     304
     "refused"  400, 413, 422: {status, code, message}; `code` is "" when it was not our server's word
     "revoked" | "unknown"   401 in our server's words
     "busy"     429, "server" 5xx: {status, retry_seconds}
     "portal"   anything else that somebody answered: {status}
     "offline" | "timeout"   nobody answered */

const TIMEOUT_MS = 45000;
const REFUSED = [400, 413, 422];

/** Ask one question of the server. */
export async function call(path, { token = "", body = null, etag = "", timeoutMs = TIMEOUT_MS } = {}) {
  const abort = new AbortController();
  let isLate = false;
  const patience = setTimeout(() => { isLate = true; abort.abort(); }, timeoutMs);
  const asked = { at: Date.now(), since: performance.now() };
  try {
    const response = await fetch(path, requestOf({ token, body, etag, signal: abort.signal }));
    return await understood(response, asked);
  } catch (error) {
    return { kind: isLate ? "timeout" : "offline" };
  } finally {
    clearTimeout(patience);
  }
}

/* No cookies: the tablet has a credential of its own, and its language is that of the page. No redirects: ours
   never does, a captive portal does. */
function requestOf({ token, body, etag, signal }) {
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
  if (token) { headers.Authorization = `Bearer ${token}`; }
  if (etag) { headers["If-None-Match"] = etag; }
  const request = { method: "GET", headers, credentials: "omit", cache: "no-store", redirect: "error", signal };
  if (body !== null) {
    headers["Content-Type"] = "application/json";
    request.method = "POST";
    request.body = JSON.stringify(body);
  }
  return request;
}

async function understood(response, asked) {
  const status = response.status;
  if (status === 304) { return { kind: "same" }; }
  const data = await jsonOf(response);
  if (status === 429) { return { kind: "busy", status, retry_seconds: retrySeconds(response) }; }
  if (status >= 500) { return { kind: "server", status, retry_seconds: retrySeconds(response) }; }
  if (status === 401) { return { kind: unwelcome(data), status, message: wordOf(data, "message") }; }
  if (REFUSED.includes(status)) {
    return { kind: "refused", status, code: wordOf(data, "error"), message: wordOf(data, "message") };
  }
  if (status !== 200 || data === null) { return { kind: "portal", status }; }
  return { kind: "ok", data, etag: response.headers.get("ETag") || "", skew_seconds: skew(data.server_time, asked) };
}

/* An object that came as JSON, or null. */
async function jsonOf(response) {
  const type = response.headers.get("Content-Type") || "";
  const words = await response.text();
  if (!type.startsWith("application/json")) { return null; }
  try {
    const data = JSON.parse(words);
    return data !== null && typeof data === "object" && !Array.isArray(data) ? data : null;
  } catch (error) {
    return null;
  }
}

function unwelcome(data) {
  const code = wordOf(data, "error");
  return code === "revoked" || code === "unknown" ? code : "portal";
}

function wordOf(data, name) {
  return data && typeof data[name] === "string" ? data[name] : "";
}

function retrySeconds(response) {
  const seconds = Number(response.headers.get("Retry-After"));
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
}

/* Tablet minus server; the answer was written half a round trip ago. Null when the server did not say. */
function skew(serverTime, { at, since }) {
  const server = Date.parse(serverTime);
  if (Number.isNaN(server)) { return null; }
  return Math.round((at + (performance.now() - since) / 2 - server) / 1000);
}
