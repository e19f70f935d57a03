-- The rules of application/connections/ledger.py over books that all processes share. Times are microseconds of the
-- server's clock. Numbers are written with %.0f where they are joined to text: Lua itself would round them.

local BOOK, LOG, FLIGHT, CROWD, WAITING = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local HALT, FAILURES, REFUSALS, BROKEN, PUTS = KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10]

local arguments = {}
for position = 3, #ARGV do arguments[position - 2] = tonumber(ARGV[position]) end
local function argument(position) return arguments[position] end

local action, id = ARGV[1], ARGV[2]
local now = argument(1)
if now == 0 then
    local time = redis.call('TIME')
    now = tonumber(time[1]) * 1000000 + tonumber(time[2])
end
local units, most, window, guard = argument(2), argument(3), argument(4), argument(5)
local transit, parallel, account_parallel, burst = argument(6), argument(7), argument(8), argument(9)
local lease, poll, grace, minute, pause, probe = argument(10), argument(11), argument(12), argument(13), argument(14), argument(15)
local most_refusals, most_failures, most_puts, keep = argument(16), argument(17), argument(18), argument(19)
local narrow_for, longest, published = argument(20), argument(21), argument(22)
local SECOND, HOUR = 1000000, 3600000

local known = redis.call('HMGET', BOOK, 'due', 'closed', 'halt', 'width', 'narrow', 'capacity', 'window', 'price:1', 'price:' .. ARGV[4])
local due, closed, halt = tonumber(known[1] or 0), tonumber(known[2] or 0), tonumber(known[3] or nil)
local width, narrow = tonumber(known[4] or 0), tonumber(known[5] or 0)
local told_capacity, told_window = tonumber(known[6] or nil), tonumber(known[7] or 0)
local function capacity_now() return told_capacity and math.max(1, math.min(most, told_capacity)) or most end
local function span_now() return math.max(window, told_window) + guard end

local function milliseconds(time) return math.ceil(time / 1000) end

local function spent_units(member) return tonumber(string.match(member, ':(%d+)$')) end

local function note(list, limit)
    redis.call('RPUSH', list, now)
    redis.call('LTRIM', list, -limit, -1)
    redis.call('PEXPIRE', list, milliseconds(minute) + 1000)
end

local function too_many(list, limit)
    note(list, limit)
    if redis.call('LLEN', list) < limit or tonumber(redis.call('LINDEX', list, 0)) <= now - minute then return false end
    redis.call('DEL', list)
    return true
end

local function halt_subject(time)
    redis.call('SET', HALT, time, 'PX', milliseconds(time - now + longest))
end

-- What is later than anything can be is brought back: the clock was set back. It is stored, so that what is full or
-- closed now opens in its time and not when the clock is where it was.
local function earliest(set, latest)
    for _, member in ipairs(redis.call('ZRANGEBYSCORE', set, '(' .. string.format('%.0f', latest), '+inf')) do
        redis.call('ZADD', set, latest, member)
    end
end

local function at_most(field, value, latest)
    if not value or value <= latest then return value end
    redis.call('HSET', BOOK, field, latest)
    return latest
end

local function bring_back(subject_halt, put)
    earliest(LOG, now + transit)
    earliest(FLIGHT, now + lease)
    earliest(CROWD, now + lease)
    closed = at_most('closed', closed, now + longest)
    due = at_most('due', due, now + transit + 3 * span_now())
    narrow = at_most('narrow', narrow, now + narrow_for)
    halt = at_most('halt', halt, now + math.max(pause, probe))
    if put then
        for position, time in ipairs(redis.call('LRANGE', PUTS, 0, -1)) do
            if tonumber(time) > now then redis.call('LSET', PUTS, position - 1, now) end
        end
    end
    if not subject_halt or subject_halt <= now + math.max(pause, probe) then return subject_halt end
    halt_subject(now + math.max(pause, probe))
    return now + math.max(pause, probe)
end

local function ask()
    local allowance, since, put = argument(23), argument(24), argument(25) == 1
    if since == 0 then since = now end
    local subject_halt = bring_back(tonumber(redis.call('GET', HALT) or nil), put)
    local halted = math.max(halt or 0, subject_halt or 0)
    if halted > now then
        redis.call('HDEL', WAITING, id)
        return {-1, halted - now, since, 0, now, 0, 0, 0, 0}
    end
    local capacity, span = capacity_now(), span_now()
    redis.call('ZREMRANGEBYSCORE', FLIGHT, '-inf', now)
    redis.call('ZREMRANGEBYSCORE', CROWD, '-inf', now)
    redis.call('ZREMRANGEBYSCORE', LOG, '-inf', now - span - keep)

    local price = math.max(units, tonumber(known[9] or units * tonumber(known[8] or 1)))
    local cost = math.min(price, capacity)
    local order = since + allowance
    local ahead, count = 0, 0
    local waiting = redis.call('HGETALL', WAITING)
    for position = 1, #waiting, 2 do
        local key = waiting[position]
        local its_order, its_cost, its_until = string.match(waiting[position + 1], '^(%d+) (%d+) (%d+)$')
        its_order = tonumber(its_order)
        if tonumber(its_until) < now then
            redis.call('HDEL', WAITING, key)
        elseif key ~= id and (its_order < order or (its_order == order and key < id)) then
            ahead, count = ahead + tonumber(its_cost), count + 1
        end
    end

    local interval = span / capacity
    local open_from = math.max(now, closed)
    if put and redis.call('LLEN', PUTS) >= most_puts then
        open_from = math.max(open_from, tonumber(redis.call('LINDEX', PUTS, 0)) + minute)
    end
    local slack = math.max(0, burst - cost) * interval
    local ready = math.max(open_from, math.floor(math.min(due, now + 2 * span) + ahead * interval - slack))

    local spent = 0
    local log = redis.call('ZRANGE', LOG, 0, -1, 'WITHSCORES')
    local alive = {}
    for position = 1, #log, 2 do
        local leaves = tonumber(log[position + 1]) + span
        if leaves > now then
            alive[#alive + 1] = {leaves, spent_units(log[position])}
            spent = spent + alive[#alive][2]
        end
    end
    local function room_from(excess)
        local moment = now
        for position = 1, #alive do
            if excess <= 0 then break end
            excess, moment = excess - alive[position][2], alive[position][1]
        end
        return excess <= 0 and moment or math.max(moment, now + span)
    end
    ready = math.max(ready, room_from(spent + ahead + cost - capacity))

    local slots = parallel
    if narrow > now then slots = math.min(parallel, width) end
    local crowded = redis.call('ZCARD', FLIGHT) + count >= slots or redis.call('ZCARD', CROWD) + count >= account_parallel

    if ready <= now and not crowded then
        redis.call('ZADD', LOG, now + transit, id .. ':' .. string.format('%.0f', cost))
        redis.call('PEXPIRE', LOG, milliseconds(transit + span + keep) + 1000)
        redis.call('ZADD', FLIGHT, now + lease, id)
        redis.call('ZADD', CROWD, now + lease, id)
        redis.call('PEXPIRE', FLIGHT, milliseconds(lease) + 1000)
        redis.call('PEXPIRE', CROWD, milliseconds(lease) + 1000)
        redis.call('HDEL', WAITING, id)
        due = math.max(math.min(due, now + 2 * span), now) + math.floor(cost * interval)
        alive[#alive + 1] = {now + transit + span, cost}
        local room = room_from(spent + cost + 1 - capacity)
        if room > now then
            -- A full window is no rest: without this, every burst would come again when it leaves the window.
            due = math.max(due, room + math.floor((burst - 1) * interval))
        end
        local probes = 0
        local changes = {'due', due}
        if halt then
            probes = 1
            changes[3], changes[4] = 'halt', now + probe
        end
        redis.call('HSET', BOOK, unpack(changes))
        redis.call('PEXPIRE', BOOK, HOUR)
        if subject_halt then
            probes = probes + 2
            halt_subject(now + probe)
        end
        if put then note(PUTS, most_puts) end
        return {1, 0, since, cost, now, probes, 0, 0, math.floor((spent + cost) * 1000 / capacity)}
    end

    local wait = ready - now
    if crowded then wait = math.max(wait, poll * (1 + count)) end
    local nap = wait
    if wait > SECOND then nap = math.min(math.max(SECOND, math.floor(wait / 2)), 5 * SECOND) end
    local come_back = now + nap + grace
    redis.call('HSET', WAITING, id, string.format('%.0f %.0f %.0f', order, cost, come_back))
    redis.call('PEXPIRE', WAITING, 60000)
    return {0, wait, since, cost, now, 0, open_from - now, crowded and 1 or 0, math.floor(spent * 1000 / capacity)}
end

local function settle()
    local cost, moment, probes = argument(23), argument(24), argument(25)
    local limit, remaining, heard_window, retry_after = argument(26), argument(27), argument(28), argument(29)
    local refused, failing = argument(30), argument(31)
    redis.call('ZREM', FLIGHT, id)
    redis.call('ZREM', CROWD, id)

    if heard_window >= 0 then
        if heard_window > window then
            told_window = heard_window
            redis.call('HSET', BOOK, 'window', told_window)
        else
            told_window = 0
            redis.call('HDEL', BOOK, 'window')
        end
    end
    local price, weight
    if limit > 0 then
        weight = math.max(1, math.floor(published / limit))
        price = math.max(units, weight)
        if units == 1 then
            if limit * weight <= published - weight then
                told_capacity = limit * weight
                redis.call('HSET', BOOK, 'capacity', told_capacity)
            else
                told_capacity = nil
                redis.call('HDEL', BOOK, 'capacity')
            end
        end
        redis.call('HSET', BOOK, 'price:' .. ARGV[4], price)
    end

    local member = id .. ':' .. string.format('%.0f', cost)
    local stamp = tonumber(redis.call('ZSCORE', LOG, member) or nil)
    if stamp then
        if price and price ~= cost then
            redis.call('ZREM', LOG, member)
            member = id .. ':' .. string.format('%.0f', price)
            local change = (price - cost) * span_now() / capacity_now()
            redis.call('HSET', BOOK, 'due', due + (change < 0 and math.ceil(change) or math.floor(change)))
        end
        redis.call('ZADD', LOG, math.min(stamp, now), member)
    end

    if weight and remaining >= 0 and now - moment <= keep then
        local ours = 0
        local from = moment - math.max(window, told_window)
        for _, entry in ipairs(redis.call('ZRANGEBYSCORE', LOG, '(' .. string.format('%.0f', from), '+inf')) do
            ours = ours + spent_units(entry)
        end
        local surely = math.min(published, (limit + 1) * weight - 1) - (remaining + 1) * weight + 1
        if surely > ours then
            local counted = math.max(surely, (limit - remaining) * weight)
            redis.call('ZADD', LOG, now, 'x' .. id .. ':' .. string.format('%.0f', counted - ours))
            redis.call('PEXPIRE', LOG, milliseconds(transit + span_now() + keep) + 1000)
        end
    end

    if refused == 1 and retry_after > 0 then redis.call('HSET', BOOK, 'closed', math.max(closed, now + retry_after)) end
    if refused == 2 then
        redis.call('HSET', BOOK, 'width', math.max(1, redis.call('ZCARD', FLIGHT)), 'narrow', now + narrow_for)
    end
    if failing >= 0 then
        local bits = math.floor(probes)
        if bits % 2 == 1 then
            if refused > 0 or failing == 2 then
                redis.call('HSET', BOOK, 'halt', now + pause)
            else
                redis.call('HDEL', BOOK, 'halt')
            end
        end
        if bits >= 2 then
            if refused > 0 or failing > 0 then halt_subject(now + pause) else redis.call('DEL', HALT) end
        end
        if refused > 0 and too_many(REFUSALS, most_refusals) then redis.call('HSET', BOOK, 'halt', now + pause) end
        if failing == 2 and too_many(BROKEN, most_failures) then redis.call('HSET', BOOK, 'halt', now + pause) end
        if failing == 1 and too_many(FAILURES, most_failures) then halt_subject(now + pause) end
    end
    redis.call('PEXPIRE', BOOK, HOUR)
    return {now}
end

if action == 'ask' then return ask() end
if action == 'settle' then return settle() end
if action == 'renew' then
    redis.call('ZADD', FLIGHT, now + lease, id)
    redis.call('ZADD', CROWD, now + lease, id)
    redis.call('PEXPIRE', FLIGHT, milliseconds(lease) + 1000)
    redis.call('PEXPIRE', CROWD, milliseconds(lease) + 1000)
    return {now}
end
return redis.error_reply('unknown action')
