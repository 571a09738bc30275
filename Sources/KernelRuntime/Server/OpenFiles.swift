internal import Glibc

/// How many files and connections the process may have open.
enum OpenFiles {
    /// Raises the limit as far as the machine allows, and gives it.
    static func raiseLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
        let wanted = min(limit.rlim_max, 65_536)
        if limit.rlim_cur < wanted {
            limit.rlim_cur = wanted
            _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        return Int(min(limit.rlim_cur, 65_536))
    }

    /// Connections of visitors that leave enough for the database, uploads, prints and mails; more wait in the system's own row.
    static func connections(of limit: Int) -> Int { max(16, min(20_000, limit - max(64, limit / 8))) }
}
