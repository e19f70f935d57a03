-- The rules of application/connections/google_ledger.py over books that all processes share. Times are microseconds of
-- the server's clock. Numbers are written with %.0f where they are joined to text: Lua itself would round them.

local BOOK, LOG, SHARES, WAITING, USER, USER_LOG, SHEET = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]

local action, id, company, user = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local arguments = {}
for position = 5, #ARGV do arguments[position - 4] = tonumber(ARGV[position]) end
local now = arguments[1]
if now == 0 then
    local time = redis.call('TIME')
    now = tonumber(time[1]) * 1000000 + tonumber(time[2])
end
local of_project, of_user, project_lead, user_lead = arguments[2], arguments[3], arguments[4], arguments[5]
local span, transit, spacing, spacing_burst = arguments[6], arguments[7], arguments[8], arguments[9]
local grace, ageing, longest = arguments[10], arguments[11], arguments[12]
local SECOND = 1000000
local late = transit + 2 * span

local function keep(key, time) redis.call('PEXPIRE', key, math.ceil(time / 1000) + 1000) end

local function purse(book, log, capacity, lead)
    local known = redis.call('HMGET', book, 'due', 'closed')
    local due, closed = tonumber(known[1] or 0), tonumber(known[2] or 0)
    -- What is later than anything can be is brought back: the clock was set back.
    for _, member in ipairs(redis.call('ZRANGEBYSCORE', log, '(' .. string.format('%.0f', now + transit), '+inf')) do
        redis.call('ZADD', log, now + transit, member)
    end
    if closed > now + longest then
        closed = now + longest
        redis.call('HSET', book, 'closed', closed)
    end
    if due > math.max(now, closed) + late then
        due = math.max(now, closed) + late
        redis.call('HSET', book, 'due', due)
    end
    return {
        book = book, log = log, capacity = capacity, lead = lead, due = due, closed = closed,
        count = redis.call('ZCARD', log),
    }
end

local function open(one, ahead)
    local room, excess = now, one.count + ahead + 1 - one.capacity
    if excess > one.count then
        room = now + span
    elseif excess > 0 then
        room = tonumber(redis.call('ZRANGE', one.log, excess - 1, excess - 1, 'WITHSCORES')[2]) + span
    end
    return math.max(now, one.closed, room)
end

local function ready(one, ahead)
    return math.max(open(one, ahead), math.max(one.due, now) + math.floor(ahead * (span / one.capacity)) - one.lead)
end

local function spend(one, member)
    redis.call('ZADD', one.log, now + transit, member)
    keep(one.log, transit + span)
    one.count = one.count + 1
    one.due = math.max(one.due, now) + math.floor(span / one.capacity)
    local room = open(one, 0)
    -- A full window is no rest: without this, every burst would come again when it leaves the window.
    if room > now then one.due = math.max(one.due, room + one.lead) end
    redis.call('HSET', one.book, 'due', one.due)
    keep(one.book, late + longest)
end

local function used(one) return math.floor(one.count * 1000 / one.capacity) end

local function prune()
    local gone = redis.call('ZRANGEBYSCORE', LOG, '-inf', now - span)
    for _, member in ipairs(gone) do
        local whose = string.match(member, '|(.*)$')
        if redis.call('HINCRBY', SHARES, whose, -1) <= 0 then redis.call('HDEL', SHARES, whose) end
    end
    if #gone > 0 then redis.call('ZREMRANGEBYSCORE', LOG, '-inf', now - span) end
    redis.call('ZREMRANGEBYSCORE', USER_LOG, '-inf', now - span)
end

local function waiting_places()
    local places, stored = {}, redis.call('HGETALL', WAITING)
    for position = 1, #stored, 2 do
        local key = stored[position]
        local level, since, whose, account, blocked, til =
            string.match(stored[position + 1], '^(%d+) (%d+) (%S+) (%S+) (%d+) (%d+)$')
        if tonumber(til) < now then
            redis.call('HDEL', WAITING, key)
        elseif key ~= id then
            places[#places + 1] = {
                key = key, level = tonumber(level), since = tonumber(since), company = whose, user = account,
                blocked = tonumber(blocked),
            }
        end
    end
    return places
end

local function aged(place)
    return math.max(0, place.level - math.floor(math.max(0, now - place.since) / ageing))
end

-- Those who go before this one: the more urgent, then whose company has had less of the window, then the older.
local function count_ahead(mine)
    local places = waiting_places()
    if #places == 0 then return 0, 0 end
    places[#places + 1] = mine
    for _, place in ipairs(places) do place.now = aged(place) end
    table.sort(places, function(one, other)
        if one.now ~= other.now then return one.now < other.now end
        if one.since ~= other.since then return one.since < other.since end
        return one.key < other.key
    end)
    local shares, ranks = {}, {}
    for _, place in ipairs(places) do
        local whose = place.company
        if not shares[whose] then
            shares[whose], ranks[whose] = tonumber(redis.call('HGET', SHARES, whose) or 0), 0
        end
        place.share = shares[whose] + ranks[whose]
        ranks[whose] = ranks[whose] + 1
    end
    local function before(one, other)
        if one.now ~= other.now then return one.now < other.now end
        if one.share ~= other.share then return one.share < other.share end
        if one.since ~= other.since then return one.since < other.since end
        return one.key < other.key
    end
    local fellows, rivals = 0, 0
    for _, place in ipairs(places) do
        if place ~= mine and before(place, mine) then
            if place.user == mine.user then fellows = fellows + 1 end
            if place.blocked <= now then rivals = rivals + 1 end
        end
    end
    return fellows, rivals
end

local function ask()
    local level, since, written = arguments[13], arguments[14], arguments[15] == 1
    prune()
    if since == 0 then since = now end
    local project = purse(BOOK, LOG, of_project, project_lead)
    local person = purse(USER, USER_LOG, of_user, user_lead)
    local fellows, rivals = count_ahead({key = id, level = level, since = since, company = company, user = user, blocked = 0})
    local spaced, sheet_due = now, 0
    if written then
        sheet_due = tonumber(redis.call('GET', SHEET) or 0)
        spaced = math.max(now, math.min(sheet_due - (spacing_burst - 1) * spacing, now + spacing))
    end
    local by_user, by_project = ready(person, fellows), ready(project, rivals)
    local personal = math.max(by_user, spaced)
    local moment = math.max(personal, by_project)
    if moment <= now then
        redis.call('HDEL', WAITING, id)
        spend(project, id .. '|' .. company)
        spend(person, id)
        redis.call('HINCRBY', SHARES, company, 1)
        keep(SHARES, transit + span)
        if written then
            local due = math.max(sheet_due, now) + spacing
            redis.call('SET', SHEET, string.format('%.0f', due), 'PX', math.ceil((due - now) / 1000) + 1000)
        end
        return {1, 0, since, 0, 0, used(person), used(project)}
    end
    local wait = moment - now
    local nap = wait
    if wait > SECOND then nap = math.min(math.max(SECOND, math.floor(wait / 2)), 5 * SECOND) end
    redis.call(
        'HSET', WAITING, id,
        string.format('%.0f %.0f %s %s %.0f %.0f', level, since, company, user, personal, now + nap + grace)
    )
    redis.call('PEXPIRE', WAITING, 60000)
    local held = by_user == moment and 1 or by_project == moment and 2 or 3
    local sure = math.max(spaced, open(person, 0), open(project, 0)) - now
    return {0, wait, since, sure, held, used(person), used(project)}
end

local function settle()
    local quota, retry_after = arguments[13], arguments[14]
    for log, member in pairs({[LOG] = id .. '|' .. company, [USER_LOG] = id}) do
        local stamp = tonumber(redis.call('ZSCORE', log, member) or nil)
        if stamp and stamp > now then redis.call('ZADD', log, now, member) end
    end
    if quota > 0 then
        local one = purse(USER, USER_LOG, of_user, user_lead)
        if quota == 2 then one = purse(BOOK, LOG, of_project, project_lead) end
        local closed = math.max(one.closed, now + retry_after)
        -- What is opened again is not full at once: from there on turns come evenly.
        redis.call('HSET', one.book, 'closed', closed, 'due', math.max(one.due, closed + one.lead))
        keep(one.book, late + longest)
    end
    return {now}
end

if action == 'ask' then return ask() end
if action == 'settle' then return settle() end
return redis.error_reply('unknown action')
