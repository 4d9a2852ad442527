--[[
Replaces the registry snapshot, compare-and-set on its version, and announces the new version.

Input
  KEYS[1]  the registry: u8 codec, 7 bytes 0, f64 version, then the snapshot
  ARGV[1]  f64 expected version (0: no registry is expected), little-endian
  ARGV[2]  the new registry
  ARGV[3]  the channel
  ARGV[4]  the new version in decimal, the announcement
Output
  { 1 published or 0 conflict, the first 16 bytes that are stored after the call ('' if there is no registry) }
]]
local stored = redis.call('GETRANGE', KEYS[1], 0, 15)
local version = 0
if stored ~= '' then version = struct.unpack('<d', stored, 9) end
if version ~= struct.unpack('<d', ARGV[1], 1) then return { 0, stored } end
redis.call('SET', KEYS[1], ARGV[2])
redis.call('PUBLISH', ARGV[3], ARGV[4])
return { 1, string.sub(ARGV[2], 1, 16) }
