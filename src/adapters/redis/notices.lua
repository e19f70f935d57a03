-- One decision about a message, by the server's clock, in microseconds.
-- take: KEYS are windows, each followed by the key that says until when it rests; ARGV[2..] are `most` and `span` of
--   each window. Answers 0 and counts the message in all of them, or answers how long to wait and counts nothing.
-- hold: KEYS are the chat's rest, the channel's, and the set of chats that rest; ARGV[2] is how long.
-- rest: KEYS[1] rests for ARGV[2].
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local function rest(key, span)
    local known = tonumber(redis.call('GET', key) or 0)
    if now + span > known then
        redis.call('SET', key, string.format('%.0f', now + span), 'PX', math.ceil(span / 1000))
    end
end

if ARGV[1] == 'rest' then
    rest(KEYS[1], tonumber(ARGV[2]))
    return 0
end

if ARGV[1] == 'hold' then
    local span = tonumber(ARGV[2])
    rest(KEYS[1], span)
    redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', string.format('%.0f', now))
    redis.call('ZADD', KEYS[3], string.format('%.0f', now + span), KEYS[1])
    redis.call('PEXPIRE', KEYS[3], math.ceil(span / 1000) + 1000)
    if redis.call('ZCARD', KEYS[3]) > 1 then rest(KEYS[2], span) end
    return 0
end

local wait = 0
for index = 1, #KEYS, 2 do
    local most, span = tonumber(ARGV[index + 1]), tonumber(ARGV[index + 2])
    local oldest = tonumber(redis.call('LINDEX', KEYS[index], most - 1) or 0)
    if oldest > 0 then wait = math.max(wait, oldest + span - now) end
    wait = math.max(wait, tonumber(redis.call('GET', KEYS[index + 1]) or 0) - now)
end
if wait > 0 then return math.ceil(wait) end
for index = 1, #KEYS, 2 do
    local most, span = tonumber(ARGV[index + 1]), tonumber(ARGV[index + 2])
    redis.call('LPUSH', KEYS[index], string.format('%.0f', now))
    redis.call('LTRIM', KEYS[index], 0, most - 1)
    redis.call('PEXPIRE', KEYS[index], math.ceil(span / 1000) + 1000)
end
return 0
