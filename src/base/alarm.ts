/** Rings once after so many ms of wall time; the function that it gives takes it back. Timers of a process are the outer world's. */
export type Alarm = (ms: number, ring: () => void) => () => void
