import Kernel
public import Metrics
import Synchronization

/// A swift-metrics back end that keeps counters, gauges and histograms and writes the Prometheus text format.
public final class PrometheusRegistry: MetricsFactory {
    /// Upper bounds in seconds, as OpenTelemetry advises for request durations.
    static let bounds: [Double] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]

    private struct Key: Hashable {
        let label: String
        let dimensions: String
    }

    private let counters = Mutex<[Key: Cell]>([:])
    private let gauges = Mutex<[Key: Cell]>([:])
    private let timers = Mutex<[Key: Histogram]>([:])

    public init() {}

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counters.withLock { $0.value(Self.key(label, dimensions), orInsert: Cell()) }
    }

    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        gauges.withLock { $0.value(Self.key(label, dimensions), orInsert: Cell()) }
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        timers.withLock { $0.value(Self.key(label, dimensions), orInsert: Histogram()) }
    }

    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    private static func key(_ label: String, _ dimensions: [(String, String)]) -> Key {
        Key(label: label.replacing(".", with: "_"), dimensions: dimensions.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ","))
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    /// Everything known, in the text format 0.0.4.
    func exposition() -> String {
        var out = ""
        out += Self.lines(counters.withLock { $0.mapValues(\.value) }, type: "counter")
        out += Self.lines(gauges.withLock { $0.mapValues(\.value) }, type: "gauge")
        for (label, entries) in Dictionary(grouping: timers.withLock { Array($0) }, by: \.key.label).sorted(by: { $0.key < $1.key }) {
            out += "# TYPE \(label) histogram\n"
            for (key, histogram) in entries.sorted(by: { $0.key.dimensions < $1.key.dimensions }) {
                out += histogram.lines(label: label, dimensions: key.dimensions)
            }
        }
        return out
    }

    private static func lines(_ values: [Key: Double], type: String) -> String {
        var out = ""
        for (label, entries) in Dictionary(grouping: values, by: \.key.label).sorted(by: { $0.key < $1.key }) {
            out += "# TYPE \(label) \(type)\n"
            for (key, value) in entries.sorted(by: { $0.key.dimensions < $1.key.dimensions }) {
                out += key.dimensions.isEmpty ? "\(label) \(value)\n" : "\(label){\(key.dimensions)} \(value)\n"
            }
        }
        return out
    }
}

extension Dictionary {
    fileprivate mutating func value(_ key: Key, orInsert new: @autoclosure () -> Value) -> Value {
        if let known = self[key] { return known }
        let value = new()
        self[key] = value
        return value
    }
}

/// A number that counters add to and gauges set.
private final class Cell: CounterHandler, RecorderHandler {
    private let state = Mutex(0.0)
    var value: Double { state.withLock { $0 } }

    func increment(by amount: Int64) { state.withLock { $0 += Double(amount) } }
    func reset() { state.withLock { $0 = 0 } }
    func record(_ value: Int64) { state.withLock { $0 = Double(value) } }
    func record(_ value: Double) { state.withLock { $0 = value } }
}

/// Counts per bound, with sum and count.
private final class Histogram: TimerHandler {
    private struct State {
        var counts = [Int](repeating: 0, count: PrometheusRegistry.bounds.count)
        var count = 0
        var sum = 0.0
    }

    private let state = Mutex(State())

    func recordNanoseconds(_ duration: Int64) {
        let seconds = Double(duration) / 1_000_000_000
        state.withLock { state in
            state.count += 1
            state.sum += seconds
            if let index = PrometheusRegistry.bounds.firstIndex(where: { seconds <= $0 }) { state.counts[index] += 1 }
        }
    }

    func lines(label: String, dimensions: String) -> String {
        let state = state.withLock { $0 }
        let prefix = dimensions.isEmpty ? "" : dimensions + ","
        var out = ""
        var total = 0
        for (bound, count) in zip(PrometheusRegistry.bounds, state.counts) {
            total += count
            out += "\(label)_bucket{\(prefix)le=\"\(bound)\"} \(total)\n"
        }
        out += "\(label)_bucket{\(prefix)le=\"+Inf\"} \(state.count)\n"
        out += "\(label)_sum{\(dimensions)} \(state.sum)\n\(label)_count{\(dimensions)} \(state.count)\n"
        return out
    }
}
