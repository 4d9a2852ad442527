-- A member stops being the one that sends, if it is.
--
-- KEYS[1]  the member that sends
-- ARGV[1]  the member that leaves
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 0
