-- Makes a member the one that sends, if nobody is, and tells it what to send.
--
-- KEYS[1]  the member that sends; gone when it has not asked for so long
-- KEYS[2]  list of what waits
-- ARGV[1]  the member that asks
-- ARGV[2]  for how many ms it leads
--
-- Returns the first text, '' if nothing waits, or nil if another member leads.
local leader = redis.call('GET', KEYS[1])
if leader and leader ~= ARGV[1] then return false end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return redis.call('LINDEX', KEYS[2], 0) or ''
