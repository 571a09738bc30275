internal import Foundation
internal import Glibc

/// What the process costs the machine, as `/proc` tells it, under the names that every Prometheus client uses.
enum ProcessFigures {
    private static let ticks = Double(max(1, sysconf(Int32(_SC_CLK_TCK))))
    private static let page = Double(max(1, sysconf(Int32(_SC_PAGESIZE))))

    /// Names with their type and value; those that cannot be read are left out.
    static func all() -> [(name: String, type: String, value: Double)] {
        var figures: [(name: String, type: String, value: Double)] = []
        if let text = read("/proc/self/stat"), let end = text.lastIndex(of: ")") {
            // After the name: state is the third field of the manual.
            let fields = text[text.index(after: end)...].split(separator: " ").map { Double($0) ?? 0 }
            if fields.count > 21 {
                figures.append(("process_cpu_seconds_total", "counter", (fields[11] + fields[12]) / ticks))
                figures.append(("process_virtual_memory_bytes", "gauge", fields[20]))
                figures.append(("process_resident_memory_bytes", "gauge", fields[21] * page))
                if let boot = bootTime() { figures.append(("process_start_time_seconds", "gauge", boot + fields[19] / ticks)) }
            }
        }
        if let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
            figures.append(("process_open_fds", "gauge", Double(open)))
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            figures.append(("process_max_fds", "gauge", Double(limit.rlim_cur)))
        }
        return figures
    }

    /// Bytes that a user without rights may still write beside a path.
    static func free(at path: String) -> Double? {
        var place = statvfs()
        guard statvfs(path, &place) == 0 else { return nil }
        return Double(place.f_bavail) * Double(place.f_frsize)
    }

    private static func bootTime() -> Double? {
        read("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }.flatMap { Double($0.dropFirst(6)) }
    }

    private static func read(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}
