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
        let title: String = try row["title"]
        let name = "\(DossierPlan.slug(title)).\(checked.kind.fileExtension)"
        let stored = try unit.store(checked.bytes, title: title, name: name, mediaType: checked.kind.mediaType)
        unit.enqueue(
            Query(
                """
                update budget.exhibit set state = 'PROVIDED', file_id = $3, file_name = $4, file_size = $5, sha256 = $6, media_type = $7,
                    provided_at = $8, anonymity = 'NOT_DECLARED', declared_at = null, declared_by = null, reason = null, checked_at = null,
                    checked_by = null, updated_at = $8, updated_by = $9, revision = revision + 1
                where msp_id = $1 and id = $2
                """, .id(unit.msp), .id(id), .id(stored.file), .text(name), .int(stored.size), .text(stored.sha256),
                .text(stored.mediaType), .instant(unit.now), .id(unit.access.account)))
        unit.audit(
            "budget.exhibit.provide", type: "budget.exhibit", id: id,
            detail: .object([("sha256", .string(stored.sha256)), ("size", .integer(stored.size))]))
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
        unit.enqueue(
            Query(
                """
                insert into budget.exhibit (msp_id, id, year_id, indicator, requirement, title, created_at, created_by, updated_at, updated_by)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $7, $8)
                """, .id(unit.msp), .id(id), .id(year), .text(indicator.rawValue), .text(requirement?.id), .text(title),
                .instant(unit.now), .id(unit.access.account)))
        try await put(checked, on: id, unit)
        if let anonymity {
            try await unit.act(ExhibitRecord.record, "declare", on: id, RecordValues(["anonymity": .text(anonymity.rawValue)]))
        }
        return id
    }

    /// A person says that no patient can be recognised in the file that is there: the effect of the act « declare », which traces it.
    static func declare(_ anonymity: Anonymity, _ id: Identifier, _ unit: WriteUnit) async throws {
        guard anonymity != .notDeclared else { throw Refusal.invalid("anonymity", "Choisissez une des déclarations.") }
        try await unit.one(
            Query(
                """
                update budget.exhibit set anonymity = $3, declared_at = $4, declared_by = $5 where msp_id = $1 and id = $2
                """, .id(unit.msp), .id(id), .text(anonymity.rawValue), .instant(unit.now), .text(unit.access.displayName)))
    }

    /// The piece holds: its entry goes into the evidence ledger.
    static func check(_ input: ActionInput, _ unit: WriteUnit) async throws {
        guard input.record.text("anonymity") != Anonymity.notDeclared.rawValue else {
            throw Refusal.conflict("not_declared", "Déclarez d’abord que la pièce ne permet de reconnaître aucun patient.")
        }
        let rows = try await unit.one(
            Query(
                """
                select e.title, e.indicator, e.file_id, e.media_type, e.file_size, e.sha256, y.exercise, e.evidence_seq
                from budget.exhibit e join budget.aci_year y on y.msp_id = e.msp_id and y.id = e.year_id
                where e.msp_id = $1 and e.id = $2
                """, .id(unit.msp), .id(input.id)))
        guard let row = rows.first else { throw Refusal.notFound }
        let title: String = try row["title"]
        let sequence = try await unit.appendEvidence(
            EvidenceEntry(
                kind: "budget.exhibit", indicators: [try row["indicator"]], year: try row["exercise"], subjectType: "budget.exhibit",
                subject: input.id, title: title, occurredAt: unit.now,
                exhibits: [
                    Exhibit(
                        title: title, file: try row["file_id"], mediaType: try row["media_type"], size: try row["file_size"],
                        sha256: try row["sha256"])
                ], corrects: try row["evidence_seq"]))
        unit.enqueue(
            Query(
                """
                update budget.exhibit set state = 'CHECKED', checked_at = $3, checked_by = $4, evidence_seq = $5 where msp_id = $1 and id = $2
                """, .id(unit.msp), .id(input.id), .instant(unit.now), .text(unit.access.displayName), .int(sequence)))
    }

    /// The piece does not hold. What the ledger said of it is corrected there.
    static func reject(_ input: ActionInput, _ unit: WriteUnit) async throws {
        guard let reason = input.values.text("reason") else { throw Refusal.invalid("reason", "Dites pourquoi la pièce est écartée.") }
        if input.record.text("state") == "CHECKED" {
            let rows = try await unit.one(
                Query(
                    """
                    select e.evidence_seq, e.indicator, y.exercise, e.title from budget.exhibit e
                    join budget.aci_year y on y.msp_id = e.msp_id and y.id = e.year_id where e.msp_id = $1 and e.id = $2
                    """, .id(unit.msp), .id(input.id)))
            guard let row = rows.first else { throw Refusal.notFound }
            let sequence = try await unit.appendEvidence(
                EvidenceEntry(
                    kind: "budget.exhibit", indicators: [try row["indicator"]], year: try row["exercise"], subjectType: "budget.exhibit",
                    subject: input.id, title: String("Pièce écartée\u{A0}: \(try row["title"] as String)".prefix(300)),
                    occurredAt: unit.now, exhibits: [], corrects: try row["evidence_seq"]))
            unit.enqueue(
                Query(
                    "update budget.exhibit set evidence_seq = $3 where msp_id = $1 and id = $2", .id(unit.msp), .id(input.id),
                    .int(sequence)))
        }
        unit.enqueue(
            Query(
                "update budget.exhibit set state = 'REJECTED', reason = $3 where msp_id = $1 and id = $2", .id(unit.msp), .id(input.id),
                .text(reason)))
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
        unit.audit(
            "budget.dossier.ledger_marked", type: AciYearRecord.id, id: id,
            detail: .object([
                ("by", .string(unit.access.displayName)), ("choice", .string(choice.rawValue)),
                ("files", .array(files.map { .string($0.description) })),
            ]))
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
