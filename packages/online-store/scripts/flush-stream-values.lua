--[[
Writes the stream values of many entities, each compare-and-set on the tail of its part `s`, and all of them only while
the checkpoint is what the writer left: a server that lost values has lost its checkpoint, or has an older one.

Input
  KEYS     the checkpoint if ARGV[1] names partitions, then the witness if it has a number; then per entity: part `s`, then parts `i`, `o` and `z`, each if the
           entity's flags name an action for it
  ARGV[1]  packed, little-endian: u16 epoch, u16 partitions, then per partition of the writer u32 partition, f64 the next
           offset that the checkpoint must have; if there are any, u8 1 and the f64 that is written to the witness, or u8 0;
           then per entity:
             u8 flags: 1 = no part `s` is expected; 2 = set the whole value; bits 2-3 action on `o`; bits 4-5 action on `z`
                       (0 none, 1 set, 2 delete, 3 give it the expiry of part `s`);
                       bits 6-7 action on `i` (0 none, 1 set, 2 patch)
             24 bytes: the expected tail of part `s` (ignored if none is expected)
             set:   f64 time to live in ms (0: none), u32 size, bytes of the whole value
             patch: u32 offset, u32 size, bytes from that offset to the value's end
             if there is an action on `i`: u32 offset, u32 size, bytes from that offset to its end
             u32 size and bytes of `o` if its action is 1, then of `z` likewise
Output
  a string with one byte per entity: 1 applied, 0 conflict (nothing of this entity was written);
  the empty string: the checkpoint is another one, and nothing was written
Notes
  A patch keeps the expiry of part `s`; parts that are set with it get the time that part `s` has left, so that the parts
  of an entity expire together. A patch of `i` is one of what its writer knows: it begins where the 24 bytes of the stored
  tail do, else it is a conflict, for `i` was lost. All keys have the same hash tag.
]]
local call, unpack, band, KEYS, data = redis.call, struct.unpack, bit.band, KEYS, ARGV[1]
local APPLIED, CONFLICT = string.char(1), string.char(0)
-- The checkpoint is moved right after the values: an hour is long after that.
local WITNESS_MS = 3600000
local size, k, n = #data, 0, 0
local statuses = {}

local epoch, partitions, at = unpack('<I2I2', data, 1)
if partitions > 0 then
  k = 1
  local checkpoint = call('GET', KEYS[1]) or ''
  if checkpoint == '' then return '' end
  local codec, _, storedEpoch, count = unpack('<BBI2I4', checkpoint, 1)
  if codec ~= 1 or storedEpoch ~= epoch then return '' end
  for _ = 1, partitions do
    local partition, nextOffset
    partition, nextOffset, at = unpack('<I4d', data, at)
    if partition >= count or unpack('<d', checkpoint, 9 + 8 * partition) ~= nextOffset then return '' end
  end
  local hasWitness = string.byte(data, at)
  at = at + 1
  if hasWitness == 1 then
    k = 2
    call('SET', KEYS[2], string.sub(data, at, at + 7), 'PX', WITNESS_MS)
    at = at + 8
  end
end

local function set(key, value, ttl)
  if ttl > 0 then call('SET', key, value, 'PX', ttl) else call('SET', key, value) end
end

-- `action` is 1, 2 or 3; `ttl` is 0 for no expiry.
local function writePart(key, action, value, ttl)
  if action == 1 then
    set(key, value, ttl)
  elseif action == 2 then
    call('DEL', key)
  elseif ttl > 0 then
    call('PEXPIRE', key, ttl)
  else
    call('PERSIST', key)
  end
end

local function remaining(key)
  local ttl = call('PTTL', key)
  if ttl < 0 then return 0 end
  return math.max(ttl, 1)
end

while at <= size do
  local flags = string.byte(data, at)
  local whole = band(flags, 2) ~= 0
  local expected, number, value
  if whole then
    expected, number, value, at = unpack('<c24dI4c0', data, at + 1)
  else
    expected, number, value, at = unpack('<c24I4I4c0', data, at + 1)
  end
  if band(flags, 1) ~= 0 then expected = '' end
  k, n = k + 1, n + 1
  local key = KEYS[k]
  local applied = call('GETRANGE', key, -24, -1) == expected
  local idsAction, idsKey, idsFrom, ids = bit.rshift(flags, 6), nil, nil, nil
  if idsAction ~= 0 then
    idsFrom, ids, at = unpack('<I4I4c0', data, at)
    k = k + 1
    idsKey = KEYS[k]
    if idsAction == 2 then applied = applied and call('STRLEN', idsKey) == idsFrom + 24 end
  end
  if applied then
    if whole then set(key, value, number) else call('SETRANGE', key, number, value) end
    if idsAction == 1 then
      set(idsKey, ids, whole and number or remaining(key))
    elseif idsAction == 2 then
      call('SETRANGE', idsKey, idsFrom, ids)
      if whole then writePart(idsKey, 3, nil, number) end
    end
    statuses[n] = APPLIED
  else
    statuses[n] = CONFLICT
  end
  if band(flags, 60) ~= 0 then
    local ttl = 0
    if applied then
      if whole then ttl = number else ttl = remaining(key) end
    end
    for shift = 2, 4, 2 do
      local action = band(bit.rshift(flags, shift), 3)
      if action ~= 0 then
        local part
        if action == 1 then part, at = unpack('<I4c0', data, at) end
        k = k + 1
        if applied then writePart(KEYS[k], action, part, ttl) end
      end
    end
  end
end
return table.concat(statuses)
