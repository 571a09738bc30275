public import Kernel

/// Every declared record of the house, with what other modules add to their pages.
public struct RecordCatalog: Sendable {
    /// A record with the module that owns it.
    struct Entry: Sendable {
        let module: ModuleManifest
        let record: RecordType
    }

    let entries: [Entry]
    private let byID: [String: Int]
    private let slots: [String: [SlotContribution]]

    /// Gathers the declarations. The order is kept.
    public init(records: [(module: ModuleManifest, record: RecordType)], slots: [SlotContribution]) {
        entries = records.map { Entry(module: $0.module, record: $0.record) }
        byID = Dictionary(entries.enumerated().map { ($0.element.record.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
        self.slots = Dictionary(grouping: slots, by: \.slot)
    }

    /// The declaration behind an id such as `facilitation.meeting`; nil when no built-in module declares it.
    func entry(_ record: String) -> Entry? { byID[record].map { entries[$0] } }

    /// What is drawn at a named place.
    func contributions(to slot: String) -> [SlotContribution] { slots[slot] ?? [] }

    /// Address of a record's page below the MSP's own, for reference links; nil when nobody has declared it.
    func path(record: String, id: Identifier) -> String? {
        entry(record).map { "\($0.module.path)/\($0.record.path)" + ($0.record.isSheet ? "" : "/\(id)") }
    }
}
