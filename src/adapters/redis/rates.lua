-- KEYS are the names under which requests are counted, one request after the other; ARGV, for each name: what a request
-- costs in microseconds, how many may be saved up, and 1 where a request's names begin. Under names of its own that come
-- after one that refuses it a request is not counted.
-- The generic cell rate algorithm, as domain.tenants.rates has it; the server's clock is everybody's.
-- Answers, for each request and each name that was asked: admitted, remaining, microseconds until all is made good, microseconds until
-- the next one is let in.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local function take(key, interval, most)
    local full = interval * most
    local due = tonumber(redis.call('GET', key) or now)
    if due < now then due = now end
    if due > now + full then due = now + full end
    local after = due + interval
    if after - now > full then
        return {0, 0, due - now, after - now - full}
    end
    redis.call('SET', key, string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000))
    return {1, math.floor((full - (after - now)) / interval), after - now, 0}
end

local told = {}
for place, key in ipairs(KEYS) do
    if ARGV[3 * place] == '1' then told[#told + 1] = {} end
    local answers = told[#told]
    if #answers == 0 or answers[#answers][1] == 1 then
        answers[#answers + 1] = take(key, tonumber(ARGV[3 * place - 2]), tonumber(ARGV[3 * place - 1]))
    end
end
return told
