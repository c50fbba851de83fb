-- What wrk sends: the lines of a file, over and over; or, with clients, each line once: CLIENT REPORT, which files a report.
--
--   wrk … -s load.lua URL -- PATHS                 GET of each line
--   wrk … -s load.lua URL -- DRAFTS TOKENS [keyed] POST …/submit of each line with its client's token, with a key each

local requests, next_one, once = {}, 0, false

function init(arguments)
    local tokens = {}
    if arguments[2] then
        once = true
        for token in io.lines(arguments[2]) do
            tokens[#tokens + 1] = token
        end
    end
    for line in io.lines(arguments[1]) do
        if once then
            local client, report = line:match("(%d+) (%S+)")
            local headers = { Authorization = "Bearer " .. tokens[client + 1] }
            if arguments[3] == "keyed" then
                headers["Idempotency-Key"] = report
            end
            line = wrk.format("POST", "/v1/vacancy-reports/" .. report .. "/submit", headers)
        else
            line = wrk.format("GET", line)
        end
        requests[#requests + 1] = line
    end
end

function request()
    next_one = next_one + 1
    if next_one > #requests then
        if once then
            -- Every draft is filed: the run ends early, and its rate is that of the time it took.
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
