@_spi(Runtime) import Kernel

/// Papers of objects inside a write in progress: composed from what the transaction wrote, printed before it, kept with their digest.
struct PaperStore: Sendable {
    let plan: RecordPlan
    let paper: Paper
    private var record: RecordType { plan.record }
    private var reading: PaperReading { PaperReading(plan: plan, paper: paper) }

    /// Seals the paper as it stands now: file, place among the object's copies, and a note in the act in progress. A former copy stays as
    /// a version.
    /// - Parameter after: values that the act in progress is about to write.
    func seal(_ id: Identifier, at: Instant, by: String, after: RecordValues? = nil, _ unit: WriteUnit) async throws -> Exhibit {
        guard let seal = paper.seal else { throw ActFault(record: record.id, sentence: "the paper \(paper.name) is not sealed") }
        let results = try await unit.run(all: [reading.lastVersion(unit.msp, id)] + (try reading.queries(unit.msp, id)))
        let content = try reading.content(
            try reading.found(Array(results.dropFirst()), id, unit.access, now: unit.now, moment: .seal, after: after))
        let version: Int = (try results[0].scalar()) + 1
        let made = reading.document(content, unit.access, at: at, seal: .init(words: seal.words, by: by, version: version))
        let exhibit = try unit.seal(made.document, name: made.name)
        guard let file = exhibit.file else { throw Refusal.conflict("not_stored", "Le document n’a pas pu être enregistré.") }
        unit.enqueue(
            Query(
                """
                update kernel.record_file set replaced_at = $5
                where msp_id = $1 and record = $2 and object_id = $3 and slot = $4 and replaced_at is null and removed_at is null
                """, .id(unit.msp), .text(record.id), .id(id), .text(paper.name), .instant(unit.now)))
        unit.enqueue(
            Query(
                """
                insert into kernel.record_file (msp_id, file_id, record, object_id, slot, version, title, created_at, created_by)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                """, .id(unit.msp), .id(file), .text(record.id), .id(id), .text(paper.name), .int(version), .text(paper.title),
                .instant(at), .id(unit.access.account)))
        if let act = unit.openAct(record.id, id) {
            act.note([
                (
                    "sealed",
                    .object([("paper", .string(paper.name)), ("version", .integer(version)), ("sha256", .string(exhibit.sha256))])
                )
            ])
        }
        return exhibit
    }

    /// The paper for an act that keeps it its own way.
    func document(_ id: Identifier, _ unit: WriteUnit) async throws -> NamedDocument {
        let results = try await unit.run(all: try reading.queries(unit.msp, id))
        let found = try reading.found(results, id, unit.access, now: unit.now, moment: .seal)
        return reading.document(try reading.content(found), unit.access, at: unit.now)
    }
}
