import Kernel

/// One file of an object, of now or of before.
struct RecordFile: Sendable {
    let id: Identifier
    let slot: String
    let version: Int
    let title: String?
    let name: String
    let mediaType: String
    let size: Int
    let sha256: String
    let createdAt: Instant
    let replacedAt: Instant?
    let removedAt: Instant?

    var isCurrent: Bool { replacedAt == nil && removedAt == nil }

    /// Files of an object, of one place or of all, the latest first.
    static func query(msp: Identifier, _ record: RecordType, of id: Identifier, in slot: RecordFiles? = nil) -> Query {
        Query(
            """
            select x.file_id, x.slot, x.version, x.title, f.name, f.media_type, f.size, encode(f.sha256, 'hex'), x.created_at,
                x.replaced_at, x.removed_at
            from kernel.record_file x join kernel.file f on f.msp_id = x.msp_id and f.id = x.file_id
            where x.msp_id = $1 and f.msp_id = $1 and x.record = $2 and x.object_id = $3
                and ($4::text is null or x.slot = $4)
            order by x.slot, x.version desc limit 500
            """, .id(msp), .text(record.id), .id(id), .text(slot?.name))
    }

    static func read(msp: Identifier, _ record: RecordType, of id: Identifier) -> Read<[RecordFile]> {
        .each(query(msp: msp, record, of: id), RecordFile.init)
    }

    init(_ row: Row) throws {
        id = try row[0]
        slot = try row[1]
        version = try row[2]
        title = try row[3]
        name = try row[4]
        mediaType = try row[5]
        size = try row[6]
        sha256 = try row[7]
        createdAt = try row[8]
        replacedAt = try row[9]
        removedAt = try row[10]
    }
}

/// What an MSP may keep in all: the one place that counts. The operator sets another limit in `kernel.setting`.
enum FileQuota {
    static let key = "core.files.most_bytes"
    /// A thousand scans a year for twenty years.
    static let usual = 40_000_000_000

    /// Nil where there is room.
    static func refusal(kept: Int, more: Int, most: Int) -> Refusal? {
        guard kept + more > most else { return nil }
        return Refusal.conflict(
            "no_room",
            "Votre structure garde déjà \(French.fileSize(kept)) de fichiers, sur \(French.fileSize(most)) possibles. Rien n’a été enregistré."
        )
    }

    static func queries(_ msp: Identifier) -> [Query] {
        [
            Query("select coalesce(sum(size), 0)::bigint from kernel.file where msp_id = $1", .id(msp)),
            Query("select value::text from kernel.setting where msp_id = $1 and key = $2", .id(msp), .text(key)),
        ]
    }

    static func check(_ results: some Collection<ResultSet>, more: Int) throws {
        guard let kept: Int = try results.first?.scalar() else { return }
        let setting: String? = try results.dropFirst().first?.first?[0] ?? nil
        if let refusal = refusal(kept: kept, more: more, most: setting.flatMap { Int($0) } ?? usual) { throw refusal }
    }
}

/// Files of objects inside a write in progress; pages, forms and programs come through here.
struct RecordFileStore: Sendable {
    let plan: RecordPlan
    private var record: RecordType { plan.record }
    private var store: RecordStore { RecordStore(plan: plan) }

    /// Joins a file. The same bytes again, where they stand already, change nothing.
    @discardableResult
    func put(_ file: CheckedFile, in slot: RecordFiles, of id: Identifier, title: String?, _ unit: WriteUnit) async throws -> Identifier {
        try await open(slot, id, unit)
        let files = try await files(of: id, slot, unit)
        let current = files.filter(\.isCurrent)
        let digest = Digest.hex(Digest.sha256(file.bytes))
        if let same = current.first(where: { $0.sha256 == digest }) { return same.id }
        if slot.most > 1, current.count >= slot.most {
            throw Refusal.conflict(
                "too_many_files",
                "\(French.plural(slot.most, "fichier est déjà joint", "fichiers sont déjà joints"))\u{A0}: retirez-en un d’abord.")
        }
        try FileQuota.check(try await unit.run(all: FileQuota.queries(unit.msp)), more: file.bytes.count)
        let version = (files.first?.version ?? 0) + 1
        let title = slot.isTitled ? title : nil
        let name = French.fileName(title ?? slot.label) ?? slot.segment
        let stored = try unit.store(
            file.bytes, title: title ?? slot.label, name: "\(name)-\(version).\(file.kind.fileExtension)", mediaType: file.kind.mediaType)
        guard let kept = stored.file else { throw Refusal.notFound }
        if slot.most == 1, let former = current.first {
            unit.enqueue(
                Query(
                    "update kernel.record_file set replaced_at = $3 where msp_id = $1 and file_id = $2", .id(unit.msp), .id(former.id),
                    .instant(unit.now)))
        }
        unit.enqueue(
            Query(
                """
                insert into kernel.record_file (msp_id, file_id, record, object_id, slot, version, title, created_at, created_by)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                """, .id(unit.msp), .id(kept), .text(record.id), .id(id), .text(slot.name), .int(version), .text(title),
                .instant(unit.now), .id(unit.access.account)))
        unit.enqueue(try store.touched(id, unit))
        store.audit(
            slot.name, id, unit,
            noting: [("sha256", .string(stored.sha256)), ("size", .integer(stored.size)), ("version", .integer(version))])
        return kept
    }

    /// Takes a file away. It stays among the former ones for as long as the declaration says.
    func remove(_ file: Identifier, from slot: RecordFiles, of id: Identifier, _ unit: WriteUnit) async throws {
        try await open(slot, id, unit)
        guard let found = try await files(of: id, slot, unit).first(where: { $0.id == file }) else { throw Refusal.notFound }
        guard found.isCurrent else { return }
        unit.enqueue(
            Query(
                "update kernel.record_file set removed_at = $3, removed_by = $4 where msp_id = $1 and file_id = $2", .id(unit.msp),
                .id(file), .instant(unit.now), .id(unit.access.account)))
        unit.enqueue(try store.touched(id, unit))
        store.audit("\(slot.name)_removed", id, unit, noting: [("sha256", .string(found.sha256)), ("version", .integer(found.version))])
    }

    /// The record, locked, where the slot may change.
    private func open(_ slot: RecordFiles, _ id: Identifier, _ unit: WriteUnit) async throws {
        guard let permission = slot.writing ?? record.permissions.update, unit.access.can(permission) else { throw Refusal.forbidden }
        let row = try await store.locked(id, unit)
        try store.checkOpen(row)
        guard plan.takes(slot, row.values) else {
            throw Refusal.conflict(
                "state", "Dans l’état « \(plan.state(row.values)?.label ?? "") », ces fichiers ne changent plus.")
        }
    }

    private func files(of id: Identifier, _ slot: RecordFiles, _ unit: WriteUnit) async throws -> [RecordFile] {
        try await unit.one(RecordFile.query(msp: unit.msp, record, of: id, in: slot)).map { try RecordFile($0) }
    }
}

extension RecordPlan {
    /// Whether files of a slot come and go in the record's state.
    func takes(_ slot: RecordFiles, _ values: RecordValues) -> Bool {
        guard let states = slot.states, let workflow = record.workflow else { return true }
        return values.text(workflow.field).map(states.contains) ?? false
    }

    /// Slots that a caller may fill, for a record with these values.
    func slots(for access: Access, _ values: RecordValues) -> [RecordFiles] {
        record.files.filter { slot in (slot.writing ?? record.permissions.update).map(access.can) ?? false && takes(slot, values) }
    }
}
