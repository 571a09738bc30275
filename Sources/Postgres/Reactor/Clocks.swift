// `timespec` belongs to whichever C module the compiler loads first: both are imported.
internal import CLibPQ
internal import Glibc

/// A clock that never goes back, in nanoseconds.
enum MonotonicClock {
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// The system's calendar clock, in microseconds since 1970-01-01 00:00 UTC.
enum CalendarClock {
    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
