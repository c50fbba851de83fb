-- What wrk sends: the lines of a file, over and over, or each line once where they write.
--
--   wrk … -s load.lua URL -- FILE [TOKENS [keyed]]
--
-- A line is `PATH` for a GET, `CLIENT PATH` for one with that client's token, `CLIENT PATH BODY` for a POST of JSON, or `CLIENT
-- REPORT` for the filing of a report, with a key each where it is `keyed`.

local requests, next_one, once = {}, 0, false

local function message(line, tokens, keyed)
    local client, what, body = line:match("^(%d+) (%S+) ?(.*)$")
    if not client then
        return wrk.format("GET", line)
    end
    local headers = { Authorization = "Bearer " .. tokens[client + 1] }
    if what:sub(1, 1) ~= "/" then
        once = true
        if keyed then
            headers["Idempotency-Key"] = what
        end
        return wrk.format("POST", "/v1/vacancy-reports/" .. what .. "/submit", headers)
    end
    if body == "" then
        return wrk.format("GET", what, headers)
    end
    once = true
    headers["Content-Type"] = "application/json"
    return wrk.format("POST", what, headers, body)
end

function init(arguments)
    local tokens = {}
    if arguments[2] then
        for token in io.lines(arguments[2]) do
            tokens[#tokens + 1] = token
        end
    end
    for line in io.lines(arguments[1]) do
        requests[#requests + 1] = message(line, tokens, arguments[3] == "keyed")
    end
end

function request()
    next_one = next_one + 1
    if next_one > #requests then
        if once then
            -- Everything is written: the run ends early, and its rate is that of the time it took.
            wrk.thread:stop()
            return wrk.format("GET", "/livez")
        end
        next_one = 1
    end
    return requests[next_one]
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format("wrk %d %d %d %d %d\n", summary.requests, summary.duration,
        errors.status + errors.connect + errors.read + errors.write + errors.timeout,
        latency:percentile(50), latency:percentile(99)))
end
