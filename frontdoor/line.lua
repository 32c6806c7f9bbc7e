-- One step at the door, atomic: who comes, looks, or goes on inside. See frontdoor/line.py.
local line, seen, called, inside, entered, state, network =
    KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7]
local act, slip, kind, order, shown = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
local fresh, lot_of_slip, lot_of_fresh = ARGV[6], tonumber(ARGV[7]), tonumber(ARGV[8])
local most_inside, per_minute = tonumber(ARGV[9]), tonumber(ARGV[10])
local opens_at, gathers_from = tonumber(ARGV[11]), tonumber(ARGV[12])
local most_of_network, given_now = tonumber(ARGV[13]), ARGV[14]

local HERE, KEPT, LONGEST = 60, 300, 3600 -- seconds: counts as here; place kept; may go on inside
local BY_LOT = 281474976710656 -- 2^48: orders by lot lie below, orders by time above
local MOST = 500 -- of each kind of work in one step

local now = tonumber(given_now)
if not now then
    local time = redis.call('TIME')
    now = tonumber(time[1]) + tonumber(time[2]) / 1000000
end
local names = {'clock', 'real', 'tokens', 'last', 'opened', 'calls', 'pace', 'pace_at', 'pace_calls',
    'auto_per_minute', 'auto_most_inside'}
local kept = {}
for place, value in ipairs(redis.call('HMGET', state, unpack(names))) do
    kept[names[place]] = tonumber(value)
end

-- The room's own clock never goes back, and forward by no more than a minute a step: a clock that
-- is set, or a house nobody could reach, takes nobody's place away.
local clock = kept.clock or now
local passed = math.min(math.max(now - (kept.real or now), 0), HERE)
clock = clock + passed
if clock < now and redis.call('ZCARD', line) == 0 and redis.call('ZCARD', called) == 0 then
    clock = now
end

if per_minute < 0 then per_minute = kept.auto_per_minute or tonumber(ARGV[15]) end
if most_inside < 0 then most_inside = kept.auto_most_inside or tonumber(ARGV[16]) end
local opened = kept.opened or 0
if opens_at > 0 and now >= opens_at then opened = opens_at end
local is_gathering = opens_at > 0 and opened ~= opens_at and now >= gathers_from

-- In no sixty seconds more than per_minute: what gathers while nobody comes is two seconds' worth.
local a_second = per_minute / 62
local most_tokens = per_minute > 0 and math.max(1, 2 * a_second) or 0
local tokens = math.min(most_tokens, (kept.tokens or most_tokens) + passed * a_second)

-- Whoever has left holds up nobody: who is not seen leaves the line; the slip brings them back.
for _, gone in ipairs(redis.call('ZRANGEBYSCORE', seen, '-inf', clock - HERE, 'LIMIT', 0, MOST)) do
    if gone ~= slip then
        redis.call('ZREM', line, gone)
        redis.call('ZREM', seen, gone)
    end
end
redis.call('ZREMRANGEBYSCORE', called, '-inf', clock - KEPT)
redis.call('ZREMRANGEBYSCORE', inside, '-inf', clock - LONGEST)
redis.call('ZREMRANGEBYSCORE', entered, '-inf', clock - LONGEST)

local calls = kept.calls or 0
local function advance()
    if is_gathering or redis.call('ZCARD', line) == 0 then return end
    local active = redis.call('ZCOUNT', called, '(' .. (clock - HERE), '+inf')
        + redis.call('ZCOUNT', inside, '(' .. (clock - HERE), '+inf')
    local count = math.min(math.floor(tokens + 0.000001), most_inside - active, MOST)
    if count < 1 then return end
    local found = redis.call('ZPOPMIN', line, count)
    for place = 1, #found, 2 do
        redis.call('ZADD', called, clock, found[place])
        redis.call('ZREM', seen, found[place])
        tokens, calls = tokens - 1, calls + 1
    end
end

local last = kept.last or 0
local function stand(one, at)
    redis.call('ZADD', line, at, one)
    redis.call('ZADD', seen, clock, one)
end

local answer, why = '', ''
local was_shown = tonumber(shown) or -LONGEST
local function is_recent(longest)
    return clock - was_shown <= longest and was_shown <= clock + HERE
end

local function enter()
    redis.call('ZREM', called, slip)
    redis.call('ZADD', inside, clock, slip)
    redis.call('ZADD', entered, 'NX', clock, slip)
    answer = 'inside'
end

local function go_on() -- somebody who shows that they have been let in
    local since = tonumber(redis.call('ZSCORE', entered, slip) or '')
    if since or is_recent(2 * KEPT) then
        enter()
    else
        why = 'expired'
    end
end

local function wait_on() -- somebody who shows that they wait
    local since = tonumber(redis.call('ZSCORE', entered, slip) or '')
    if since then -- the answer may have been lost on its way: for a while the same slip enters again
        if clock - since <= KEPT then enter() else why = 'used' end
        return
    end
    if redis.call('ZSCORE', called, slip) then return end
    local stands = tonumber(redis.call('ZSCORE', line, slip) or '')
    if stands then
        stand(slip, (is_gathering and stands >= BY_LOT) and lot_of_slip or stands)
    elseif is_recent(KEPT) and tonumber(order) then
        stand(slip, tonumber(order))
    else
        why = 'expired'
    end
end

if slip ~= '' then
    if kind == 'e' then go_on() elseif act ~= 'touch' then wait_on() end
end
if answer == '' and act ~= 'touch' and (slip == '' or why ~= '') then
    slip, kind = fresh, 'w'
    local count = 0
    if most_of_network > 0 then
        count = redis.call('INCR', network)
        if count == 1 then redis.call('EXPIRE', network, 60) end
    end
    if count > most_of_network then
        answer, slip = 'crowded', ''
    elseif is_gathering then
        stand(slip, lot_of_fresh)
    else
        last = math.max(last + 1, math.floor(now * 1000000))
        stand(slip, last)
    end
end
advance()
if answer == '' and act == 'enter' and redis.call('ZSCORE', called, slip) then enter() end

-- How many come in within a minute, as it is and not as it should be.
local pace, pace_at, pace_calls = kept.pace or -1, kept.pace_at or clock, kept.pace_calls or calls
if is_gathering then
    pace, pace_at, pace_calls = -1, clock, calls
elseif clock - pace_at >= 5 then
    local measured = (calls - pace_calls) * 60 / (clock - pace_at)
    pace = pace < 0 and measured or 0.7 * pace + 0.3 * measured
    pace_at, pace_calls = clock, calls
end
local function said(number) return string.format('%.6f', number) end
redis.call('HSET', state, 'clock', said(clock), 'real', said(now), 'tokens', said(tokens),
    'last', string.format('%.0f', last), 'opened', said(opened), 'calls', calls,
    'pace', said(pace), 'pace_at', said(pace_at), 'pace_calls', pace_calls)

local ahead, stands = 0, ''
if answer == '' then
    local rank = redis.call('ZRANK', line, slip)
    if rank then
        answer, ahead = is_gathering and 'gathering' or 'waiting', rank
        stands = string.format('%.0f', tonumber(redis.call('ZSCORE', line, slip)))
    elseif redis.call('ZSCORE', called, slip) then
        answer = 'called'
    else
        answer = 'nobody'
    end
end
return {answer, slip, stands, said(clock), ahead, redis.call('ZCARD', line), said(pace),
    said(per_minute), why}
