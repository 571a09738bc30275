@_spi(Runtime) import Kernel

/// The acts of every record of the house, for hand-made screens: the same store as buttons and programs.
struct RecordEngine: RecordActs {
    private let stores: [String: RecordStore]

    init(_ registry: ModuleRegistry) {
        let catalog = registry.catalog
        stores = Dictionary(
            catalog.entries.map { entry in
                (entry.record.id, RecordStore(plan: RecordPlan(record: entry.record, module: entry.module, catalog: catalog)))
            }, uniquingKeysWith: { first, _ in first })
    }

    func perform(
        _ action: RecordAction, of record: String, on id: Identifier, _ values: RecordValues, _ unit: WriteUnit
    ) async throws -> ActionOutcome {
        let store = try store(record)
        return try await ConstraintFaults.explaining(store.plan.record) {
            try await store.act(action, id, expected: nil, unit) { _ in values }.0
        }
    }

    func create(_ record: String, id: Identifier, _ given: RecordChange, _ unit: WriteUnit) async throws {
        let store = try store(record)
        _ = try await ConstraintFaults.explaining(store.plan.record) {
            try await store.create(given.values, id: id, kept: given.kept, unit)
        }
    }

    func make(
        _ record: String, id: Identifier, _ verb: String, _ given: RecordChange, noting: [(String, JSONValue)], _ unit: WriteUnit
    ) async throws {
        let store = try store(record)
        try await ConstraintFaults.explaining(store.plan.record) { try await store.make(id, verb, given, noting: noting, unit) }
    }

    func follow(
        _ record: String, on ids: [Identifier], _ verb: String, _ change: RecordChange, from states: Set<String>?,
        noting: [(String, JSONValue)], _ unit: WriteUnit
    ) async throws -> [Identifier] {
        let store = try store(record)
        return try await ConstraintFaults.explaining(store.plan.record) {
            try await store.follow(ids, verb, change, from: states, noting: noting, unit)
        }
    }

    func follow(
        _ record: String, on id: Identifier, _ verb: String, noting: [(String, JSONValue)], _ unit: WriteUnit,
        while body: () async throws -> Void
    ) async throws {
        let store = try store(record)
        try await ConstraintFaults.explaining(store.plan.record) {
            try await store.follow(id, verb, noting: noting, unit, while: body)
        }
    }

    func write(_ record: String, of id: Identifier, _ change: RecordChange, _ unit: WriteUnit) async throws {
        let store = try store(record)
        guard let act = unit.openAct(record, id) else { throw ActFault(record: record, sentence: "no act is in progress on it") }
        try store.write(act, change, unit)
    }

    func write(
        _ change: LineWrite, lines name: String, of record: String, _ parent: Identifier, under permission: String?, _ unit: WriteUnit
    ) async throws {
        let store = try lineStore(record, name)
        try await ConstraintFaults.explaining(store.lines.row.record) {
            switch change {
            case .add(let id, let values): _ = try await store.add(values, id: id, to: parent, under: permission, unit)
            case .change(let id, let values):
                _ = try await store.change(id, of: parent, under: permission, unit) { values }
            case .move(let id, let place): _ = try await store.move(id, of: parent, to: place, under: permission, unit)
            case .remove(let id): _ = try await store.remove(id, of: parent, under: permission, unit)
            }
        }
    }

    func lines(_ name: String, of record: String, _ parent: Identifier, _ unit: WriteUnit) async throws -> [Line] {
        let lines = try lineStore(record, name).lines
        let rows = try await unit.one(Query(try lines.sql.all, .id(unit.msp), .id(parent)))
        return try lines.rows(rows, of: parent, for: unit.access).map { Line(id: $0.id, values: $0.values) }
    }

    func seal(
        _ paper: String, of record: String, on id: Identifier, at: Instant, by: String, _ unit: WriteUnit
    ) async throws -> Exhibit {
        try await paperStore(record, paper).seal(id, at: at, by: by, unit)
    }

    func document(_ paper: String, of record: String, on id: Identifier, _ unit: WriteUnit) async throws -> NamedDocument {
        try await paperStore(record, paper).document(id, unit)
    }

    private func paperStore(_ record: String, _ name: String) throws -> PaperStore {
        let plan = try store(record).plan
        guard let paper = plan.record.paper(name) else { throw Refusal.notFound }
        return PaperStore(plan: plan, paper: paper)
    }

    private func lineStore(_ record: String, _ name: String) throws -> LineStore {
        let plan = try store(record).plan
        guard let lines = plan.lines.first(where: { $0.lines.name == name }) else { throw Refusal.notFound }
        return LineStore(plan: plan, lines: lines)
    }

    private func store(_ record: String) throws -> RecordStore {
        guard let store = stores[record] else { throw Refusal.notFound }
        return store
    }
}
