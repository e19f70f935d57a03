-- KEYS are the names under which requests are counted, one request after the other; ARGV, for each name: what a request
-- costs in microseconds, how many may be saved up, and 1 where a request's names begin, 0 where they go on, or less than
-- 0 for so many requests that were let in already: those are entered whatever is left, and owed beyond that. Under names
-- of its own that come after one that refuses it a request is not counted.
-- The generic cell rate algorithm, as domain.tenants.rates has it; the server's clock is everybody's.
-- Answers, for each request and each name that was asked: admitted, remaining, microseconds until all is made good, microseconds until
-- the next one is let in; for what was let in already, the third alone, for each name.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

-- What is owed beyond all that may be saved up is never more than that again: else a clock ran ahead.
local function known(key, interval, most)
    local due = tonumber(redis.call('GET', key) or now)
    return math.max(now, math.min(due, now + 2 * interval * most))
end

local function keep(key, due)
    redis.call('SET', key, string.format('%.0f', due), 'PX', math.ceil((due - now) / 1000))
end

local function take(key, interval, most)
    local full = interval * most
    local due = known(key, interval, most)
    local after = due + interval
    if after - now > full then
        return {0, 0, due - now, after - now - full}
    end
    keep(key, after)
    return {1, math.floor((full - (after - now)) / interval), after - now, 0}
end

local function enter(key, interval, most, requests)
    local due = known(key, interval, most) + interval * requests
    keep(key, due)
    return due - now
end

local told = {}
for place, key in ipairs(KEYS) do
    local interval, most, sign = tonumber(ARGV[3 * place - 2]), tonumber(ARGV[3 * place - 1]), tonumber(ARGV[3 * place])
    if sign < 0 then
        told[#told + 1] = enter(key, interval, most, -sign)
    else
        if sign == 1 then told[#told + 1] = {} end
        local answers = told[#told]
        if #answers == 0 or answers[#answers][1] == 1 then
            answers[#answers + 1] = take(key, interval, most)
        end
    end
end
return told
