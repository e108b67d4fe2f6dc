/** The words of FailedScheduling. upstream: framework.FitError */

/** `0/4 nodes are available: 1 node(s) were unschedulable, 3 Insufficient cpu.` from the reasons of each node. */
export function fitMessage(nodes: number, reasonsByNode: readonly (readonly string[])[], preFilter?: string): string {
  const head = `0/${nodes} nodes are available`
  if (preFilter !== undefined) return `${head}: ${preFilter}.`
  const counts = new Map<string, number>()
  for (const reasons of reasonsByNode) for (const r of reasons) counts.set(r, (counts.get(r) ?? 0) + 1)
  if (counts.size === 0) return `${head}.`
  return `${head}: ${[...counts].map(([reason, n]) => `${n} ${reason}`).sort().join(', ')}.`
}
