-- KEYS[1] is whose request it is; ARGV: what one costs in microseconds, how many may be saved up.
-- The generic cell rate algorithm, as domain.tenants.rates has it; the server's clock is everybody's.
-- Answers: admitted, remaining, microseconds until all is made good, microseconds until the next one is let in.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, most = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = interval * most
local due = tonumber(redis.call('GET', KEYS[1]) or now)
if due < now then due = now end
if due > now + full then due = now + full end
local after = due + interval
if after - now > full then
    return {0, 0, due - now, after - now - full}
end
redis.call('SET', KEYS[1], string.format('%.0f', after), 'PX', math.ceil((after - now) / 1000))
return {1, math.floor((full - (after - now)) / interval), after - now, 0}
