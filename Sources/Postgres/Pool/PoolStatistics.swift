/// What the pool holds and has done so far.
public struct PoolStatistics: Sendable, Hashable {
    /// Connections ready for work.
    public var idle = 0
    /// Connections at work or reserved by a transaction.
    public var busy = 0
    /// Connections being made.
    public var connecting = 0
    /// Callers waiting for a connection.
    public var waiting = 0
    /// Connections made since the start.
    public var opened = 0
    /// Connections that broke since the start.
    public var lost = 0
    /// Callers that waited in vain since the start.
    public var timeouts = 0
    /// Statements answered since the start.
    public var queries = 0

    /// All zero.
    public init() {}
}
