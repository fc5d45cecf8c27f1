/** Answers as the kernel would under a filter, for tests. @throws Error for an instruction that no filter of ours has */
export function runPacketFilter(
  filter: Buffer,
  call: { readonly audit: number; readonly number: number; readonly args: readonly number[] },
): number {
  const data = Buffer.alloc(64)
  data.writeInt32LE(call.number, 0)
  data.writeUInt32LE(call.audit, 4)
  for (const [index, value] of call.args.entries()) {
    data.writeBigInt64LE(BigInt(value), 16 + 8 * index)
  }
  let loaded = 0
  for (let at = 0; at < filter.length; at += 8) {
    const code = filter.readUInt16LE(at)
    const value = filter.readUInt32LE(at + 4)
    const skip = (holds: boolean): number => 8 * filter.readUInt8(at + (holds ? 2 : 3))
    if (code === 0x20) loaded = data.readUInt32LE(value)
    else if (code === 0x15) at += skip(loaded === value)
    else if (code === 0x35) at += skip(loaded >= value)
    else if (code === 0x45) at += skip((loaded & value) !== 0)
    else if (code === 0x06) return value
    else throw new Error(`No such instruction: ${code}`)
  }
  throw new Error('A filter ends in an answer')
}
