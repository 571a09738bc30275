import Kernel
import Postgres

/// Acts on pieces: a file arrives, somebody declares it anonymous, it is checked or put aside.
enum Exhibits {
    /// What the upload routes take.
    static let upload = FileRule.papers.upload

    /// Puts the file of a piece that has none yet, or whose file may still be replaced. The same file again changes nothing.
    /// - Parameter onlyOwn: true for somebody who may only touch pieces that he or she deposited.
    static func put(_ checked: CheckedFile, on id: Identifier, _ unit: WriteUnit) async throws {
        let rows = try await unit.one(
            Query(
                """
                select title, state, created_by, sha256 from budget.exhibit where msp_id = $1 and id = $2 and archived_at is null for update
                """, .id(unit.msp), .id(id)))
        guard let row = rows.first else { throw Refusal.notFound }
        try mayTouch(owner: try row["created_by"], unit.access)
        let state = RequirementMatch.Piece.State(rawValue: try row["state"])
        let digest = Digest.hex(Digest.sha256(checked.bytes))
        if (try row["sha256"] as String?) == digest, state == .provided { return }
        guard state != .checked else {
            throw Refusal.conflict("checked", "Cette pièce est déjà vérifiée\u{A0}: écartez-la d’abord, en disant pourquoi.")
        }
        let (change, noting) = try provided(checked, title: try row["title"], unit)
        try await unit.follow(ExhibitRecord.id, on: id, "provide", change, noting: noting)
    }

    /// The file of a piece, kept, and what the piece says with it: nothing is declared or checked of a new file.
    private static func provided(
        _ checked: CheckedFile, title: String, _ unit: WriteUnit
    ) throws -> (RecordChange, noting: [(String, JSONValue)]) {
        let name = "\(DossierPlan.slug(title)).\(checked.kind.fileExtension)"
        let stored = try unit.store(checked.bytes, title: title, name: name, mediaType: checked.kind.mediaType)
        let change: RecordChange = [
            "state": .text("PROVIDED"), "file_name": .text(name), "file_size": .integer(stored.size), "sha256": .text(stored.sha256),
            "provided_at": .instant(unit.now), "anonymity": .text(Anonymity.notDeclared.rawValue), "declared_at": .null,
            "declared_by": .null, "reason": .null, "checked_at": .null, "checked_by": .null,
        ]
        return (
            change.keeping(["file_id": .id(stored.file), "media_type": .text(stored.mediaType)]),
            [("sha256", .string(stored.sha256)), ("size", .integer(stored.size))]
        )
    }

    /// A new piece with its file, as a telephone sends it in one go.
    /// - Parameter anonymity: what the person declared by the act of the piece and its right, nil when nothing was said.
    static func deposit(
        _ checked: CheckedFile, year: Identifier, indicator: AciIndicatorID, requirement: Requirement?, title: String,
        anonymity: Anonymity?,
        _ unit: WriteUnit
    ) async throws -> Identifier {
        try await open(year, unit)
        let id = Identifier.make(at: unit.now)
        let (change, noting) = try provided(checked, title: title, unit)
        try await unit.make(
            ExhibitRecord.id, id: id,
            change.merging([
                "year_id": .id(year), "indicator": .text(indicator.rawValue), "title": .text(title),
                "requirement": FieldValue(requirement?.id),
            ]), as: "provide", noting: noting)
        if let anonymity {
            try await unit.act(ExhibitRecord.record, "declare", on: id, RecordValues(["anonymity": .text(anonymity.rawValue)]))
        }
        return id
    }

    /// The piece holds: its entry goes into the evidence ledger.
    static let checked = ActEvidence(into: "evidence_seq") { act, unit in
        guard let row = try await proven(act.id, unit) else { throw Refusal.notFound }
        let title: String = try row["title"]
        return EvidenceEntry(
            kind: "budget.exhibit", indicators: [try row["indicator"]], year: try row["exercise"], subjectType: "budget.exhibit",
            subject: act.id, title: title, occurredAt: unit.now,
            exhibits: [
                Exhibit(
                    title: title, file: try row["file_id"], mediaType: try row["media_type"], size: try row["file_size"],
                    sha256: try row["sha256"])
            ], corrects: try row["evidence_seq"])
    }

    /// The piece does not hold: what the ledger said of it is corrected there.
    static let rejected = ActEvidence(into: "evidence_seq") { act, unit in
        guard act.before.text("state") == "CHECKED" else { return nil }
        guard let row = try await proven(act.id, unit) else { throw Refusal.notFound }
        return EvidenceEntry(
            kind: "budget.exhibit", indicators: [try row["indicator"]], year: try row["exercise"], subjectType: "budget.exhibit",
            subject: act.id, title: String("Pièce écartée\u{A0}: \(try row["title"] as String)".prefix(300)),
            occurredAt: unit.now, exhibits: [], corrects: try row["evidence_seq"])
    }

    private static func proven(_ id: Identifier, _ unit: WriteUnit) async throws -> Row? {
        try await unit.one(
            Query(
                """
                select e.title, e.indicator, e.file_id, e.media_type, e.file_size, e.sha256, y.exercise, e.evidence_seq
                from budget.exhibit e join budget.aci_year y on y.msp_id = e.msp_id and y.id = e.year_id
                where e.msp_id = $1 and e.id = $2
                """, .id(unit.msp), .id(id))
        ).first
    }

    /// Joins files of the ledger to the dossier of an exercise, or leaves them out. Files that the exercise does not have are refused.
    static func mark(
        _ files: [Identifier], _ choice: RequirementMatch.LedgerFile.Choice, year id: Identifier, _ years: AciYears, _ unit: WriteUnit
    ) async throws {
        let year = try await DossierYear.locked(id, years, unit)
        let known = Set(year.match.statuses.flatMap(\.entries).flatMap(\.files).filter { $0.kind != nil }.map(\.id))
        guard !files.isEmpty else { throw Refusal.invalid("files", "Cochez au moins une pièce.") }
        guard known.isSuperset(of: files) else { throw Refusal.invalid("files", "Une de ces pièces n’est pas de cet exercice.") }
        unit.enqueue(
            Query(
                """
                insert into budget.ledger_mark as m (msp_id, year_id, file_id, choice, declared_at, declared_by)
                select y.msp_id, y.id, t.file, $4, $5, $6 from budget.aci_year y cross join unnest($3::uuid[]) t(file)
                where y.msp_id = $1 and y.id = $2
                on conflict (msp_id, year_id, file_id) do update set choice = excluded.choice, declared_at = excluded.declared_at,
                    declared_by = excluded.declared_by
                """, .id(unit.msp), .id(id), .ids(files), .text(choice.rawValue), .instant(unit.now), .text(unit.access.displayName)))
        try unit.trace(
            "ledger_marked", of: StoredDossier.thing, on: id, beside: AciYearRecord.id,
            [("choice", .string(choice.rawValue)), ("files", .array(files.map { .string($0.description) }))])
    }

    /// Refuses an exercise that is closed or not there.
    static func open(_ year: Identifier, _ unit: WriteUnit) async throws {
        let rows = try await unit.one(
            Query("select state from budget.aci_year where msp_id = $1 and id = $2 and archived_at is null", .id(unit.msp), .id(year)))
        guard let row = rows.first else { throw Refusal.notFound }
        guard (try row[0] as String) != "CLOSED" else {
            throw Refusal.conflict("closed", "Cet exercice est clos\u{A0}: il ne reçoit plus de pièce.")
        }
    }

    /// Who may only deposit touches nothing but what he or she deposited.
    static func mayTouch(owner: Identifier?, _ access: Access) throws(Refusal) {
        guard access.can(DossierPermissions.writePieces) || (owner != nil && owner == access.account) else { throw .forbidden }
    }
}
