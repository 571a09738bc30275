/// Statements together with the decoder of what they answer: what is asked and how it is understood stand in one place, and nobody counts
/// results.
public struct Read<Value: Sendable>: Sendable {
    /// The statements, in order; they run in the round trip of whatever else is read.
    public let queries: [Query]
    private let decode: @Sendable (ArraySlice<ResultSet>) throws -> Value

    /// Several statements that are understood together.
    /// - Parameter decode: gets as many results as there are statements.
    public init(all queries: [Query], _ decode: @escaping @Sendable (ArraySlice<ResultSet>) throws -> Value) {
        self.queries = queries
        self.decode = decode
    }

    /// One statement and what its rows are.
    public init(_ query: Query, _ decode: @escaping @Sendable (ResultSet) throws -> Value) {
        self.init(all: [query]) { results in
            guard let rows = results.first else { throw PostgresError(kind: .decoding) }
            return try decode(rows)
        }
    }

    /// The same statements, understood further.
    public func map<Other: Sendable>(_ transform: @escaping @Sendable (Value) throws -> Other) -> Read<Other> {
        let decode = decode
        return Read<Other>(all: queries) { results in try transform(try decode(results)) }
    }

    /// The same, with nil where its answer is not understood: what fails leaves the rest as it is.
    public var attempted: Read<Value?> {
        let decode = decode
        return Read<Value?>(all: queries) { results in try? decode(results) }
    }

    /// Its value, from the results of its statements, taken off the front of what is left of an answer.
    func take(from results: inout ArraySlice<ResultSet>) throws -> Value {
        guard results.count >= queries.count else { throw PostgresError(kind: .decoding) }
        let own = results.prefix(queries.count)
        results = results.dropFirst(queries.count)
        return try decode(own)
    }
}

extension Read {
    /// Each row of one statement.
    public static func each<Element: Sendable>(
        _ query: Query, _ decode: @escaping @Sendable (Row) throws -> Element
    ) -> Read<[Element]> where Value == [Element] {
        Read(query) { rows in try rows.map(decode) }
    }

    /// The first row of one statement; nil where there is none.
    public static func first<Element: Sendable>(
        _ query: Query, _ decode: @escaping @Sendable (Row) throws -> Element
    ) -> Read<Element?> where Value == Element? {
        Read(query) { rows in try rows.first.map(decode) }
    }

    /// The first row of one statement; « introuvable » where there is none.
    public static func one(_ query: Query, _ decode: @escaping @Sendable (Row) throws -> Value) -> Read<Value> {
        Read(query) { rows in
            guard let row = rows.first else { throw Refusal.notFound }
            return try decode(row)
        }
    }

    /// Several reads of one kind, as many as there are.
    public static func list<Element: Sendable>(_ reads: [Read<Element>]) -> Read<[Element]> where Value == [Element] {
        Read(all: reads.flatMap(\.queries)) { results in
            var rest = results
            return try reads.map { try $0.take(from: &rest) }
        }
    }

    /// Several reads as one.
    public static func group<each Part: Sendable>(_ reads: repeat Read<each Part>) -> Read<(repeat each Part)>
    where Value == (repeat each Part) {
        var queries: [Query] = []
        repeat queries += (each reads).queries
        return Read(all: queries) { results in
            var rest = results
            return (repeat try (each reads).take(from: &rest))
        }
    }
}

/// Statements of several reads in their order, and their values from what those answered.
private func gather<First, each Value: Sendable>(
    _ first: Read<First>, _ others: repeat Read<each Value>, run: ([Query]) async throws -> [ResultSet]
) async throws -> (First, (repeat each Value)) {
    var queries = first.queries
    repeat queries += (each others).queries
    var rest = try await run(queries)[...]
    let value = try first.take(from: &rest)
    return (value, (repeat try (each others).take(from: &rest)))
}

extension MspRequest {
    /// One round trip under the route's permission: who asks, then what each read gives.
    public func read<First: Sendable, each Value: Sendable>(
        _ first: Read<First>, _ others: repeat Read<each Value>
    ) async throws -> (Access, First, repeat each Value) {
        var access: Access?
        let values = try await gather(first, repeat each others) { queries in
            let reading = try await read(all: queries)
            access = reading.access
            return reading.results
        }
        guard let access else { throw Refusal.notFound }
        return (access, values.0, repeat each values.1)
    }
}

extension LinkRequest {
    /// One round trip under what the link allows: who asks, then what each read gives.
    public func read<First: Sendable, each Value: Sendable>(
        _ first: Read<First>, _ others: repeat Read<each Value>
    ) async throws -> (Access, First, repeat each Value) {
        var access: Access?
        let values = try await gather(first, repeat each others) { queries in
            let reading = try await gate.read(queries)
            access = reading.access
            return reading.results
        }
        guard let access else { throw Refusal.notFound }
        return (access, values.0, repeat each values.1)
    }
}

extension WriteUnit {
    /// What a read gives, in one round trip of the transaction.
    public func read<Value: Sendable>(_ read: Read<Value>) async throws -> Value {
        var results = try await run(all: read.queries)[...]
        return try read.take(from: &results)
    }
}
