-- Appends a text to an outbox that has room.
--
-- KEYS[1]  list of what waits, the oldest first
-- ARGV[1]  the text
-- ARGV[2]  how many may wait
-- ARGV[3]  ms after which all of it goes if nobody appends
--
-- Returns 1, or 0 where there is no room.
if redis.call('LLEN', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
