internal import Metrics

/// Counts what happens and tells it to the statistics and to the metrics.
struct PoolReport {
    var opened = 0
    var lost = 0
    private var queries = 0
    private var told = PoolStatistics()
    private var toldAt: Int64 = 0
    private var isBehind = false

    private let duration: Metrics.Timer
    private let openedCounter: Counter
    private let lostCounter: Counter
    private let timeoutCounter: Counter
    private let queriesCounter: Counter
    private let idleGauge: Gauge
    private let busyGauge: Gauge
    private let connectingGauge: Gauge
    private let waitingGauge: Gauge
    private let most: Gauge

    /// - Parameter pool: tells the pools of one process apart.
    init(pool: String, size: Int) {
        let of = [("pool", pool)]
        duration = Metrics.Timer(label: "db_client_operation_duration_seconds", dimensions: of)
        openedCounter = Counter(label: "db_client_connections_opened_total", dimensions: of)
        lostCounter = Counter(label: "db_client_connections_lost_total", dimensions: of)
        timeoutCounter = Counter(label: "db_client_acquire_timeouts_total", dimensions: of)
        queriesCounter = Counter(label: "db_client_queries_total", dimensions: of)
        idleGauge = Gauge(label: "db_client_connection_count", dimensions: of + [("state", "idle")])
        busyGauge = Gauge(label: "db_client_connection_count", dimensions: of + [("state", "used")])
        connectingGauge = Gauge(label: "db_client_connection_count", dimensions: of + [("state", "connecting")])
        waitingGauge = Gauge(label: "db_client_connection_pending_requests", dimensions: of)
        most = Gauge(label: "db_client_connection_max", dimensions: of)
        most.record(size)
    }

    /// When the gauges are to be told again, or nil when they are up to date.
    var nextUpdate: Int64? { isBehind ? toldAt + Self.interval : nil }

    /// Gauges change with every statement; they are told four times a second.
    private static let interval: Int64 = 250_000_000

    mutating func finished(_ job: Job, _ error: PostgresError?, at now: Int64) {
        if error == nil, case .pipeline(let pipeline) = job.request { queries += pipeline.statements.count }
        if !job.isFinish { duration.recordNanoseconds(max(now - job.startedAt, 0)) }
        if let error { Counter(label: "db_client_errors_total", dimensions: [("kind", error.kind.rawValue)]).increment() }
    }

    mutating func update(_ loop: ReactorLoop, last: Bool = false) {
        var statistics = PoolStatistics()
        statistics.idle = loop.pool.idleCount
        statistics.busy = loop.pool.busy
        statistics.connecting = loop.pool.connecting
        statistics.waiting = loop.pool.waitingCount
        statistics.opened = opened
        statistics.lost = lost
        statistics.timeouts = loop.pool.timeouts
        statistics.queries = queries
        loop.reactor.publish(statistics)
        isBehind = statistics != told
        guard last || (isBehind && loop.now >= toldAt + Self.interval) else { return }
        openedCounter.increment(by: statistics.opened - told.opened)
        lostCounter.increment(by: statistics.lost - told.lost)
        timeoutCounter.increment(by: statistics.timeouts - told.timeouts)
        queriesCounter.increment(by: statistics.queries - told.queries)
        idleGauge.record(statistics.idle)
        busyGauge.record(statistics.busy)
        connectingGauge.record(statistics.connecting)
        waitingGauge.record(statistics.waiting)
        told = statistics
        toldAt = loop.now
        isBehind = false
    }
}
