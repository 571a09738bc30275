import Kernel
import Postgres

/// From the pieces to a sealed version: the coordinator prepares, the manager seals.
///
/// Preparing prints the index and reads every exhibit once, without any row locked; what it found is then written in a short
/// transaction, if nothing has changed meanwhile. Sealing compares again and only signs.
enum Sealing {
    static let sealed = Event(
        "budget.dossier_sealed", summary: "A version of the yearly dossier was sealed.",
        Shape<Version>.object(
            isOpen: true, ShapeMember("dossier", .id) { $0.dossier }, ShapeMember("year", .id) { $0.year },
            ShapeMember("exercise", .integer(2000...2200)) { $0.exercise }, ShapeMember("number", .integer(1...10_000)) { $0.number },
            ShapeMember("sha256", .text(64)) { $0.sha256 }, ShapeMember("evidence", .integer(0...1_000_000_000)) { $0.evidence },
            make: { Version(dossier: $0, year: $1, exercise: $2, number: $3, sha256: $4, evidence: $5) }),
        sample: Version(
            dossier: .derived(from: "sample.1"), year: .derived(from: "sample.2"), exercise: 2026, number: 1,
            sha256: String(repeating: "0", count: 64), evidence: 12))

    /// What a sealed version tells other modules.
    struct Version {
        let dossier: Identifier
        let year: Identifier
        let exercise: Int
        let number: Int
        let sha256: String
        let evidence: Int
    }

    /// Prepares the dossier of an exercise; an earlier one that was not sealed gives way. Returns its id.
    /// - Parameter knowing: true when the caller saw the warnings and goes on.
    static func prepare(_ request: MspRequest, year id: Identifier, knowing: Bool, _ years: AciYears) async throws -> Identifier {
        let (access, year, _) = try await DossierYear.read(request, id, years)
        try refuse(year.blockers)
        try warn(year.warnings, knowing)
        let (plan, files) = try planned(year)
        let index = try await request.print(IndexPaper.document(year, plan: plan, msp: access.msp)).bytes
        let manifest = try plan.manifest(index: index)
        let entries = try plan.rows.map { row in
            DossierArchive.Entry(path: row.path, size: row.size, sha256: row.sha256, file: try file(row, files))
        }
        let own = try [(DossierPlan.indexName, index), (DossierPlan.manifestName, manifest)].map { name, bytes in
            (
                DossierArchive.Entry(
                    path: try ArchivePath(name), size: bytes.count, sha256: Digest.hex(Digest.sha256(bytes)), file: id), bytes
            )
        }
        let whole = try await DossierArchive(entries: entries + own.map(\.0)).write(
            content: { entry in
                if let bytes = own.first(where: { $0.0.path == entry.path })?.1 { return .made(bytes) }
                return .kept(try await request.file(entry.file))
            }, send: { _ in })
        let contents = try contents(plan, files)
        let says = IndexPaper.digest(year, plan: plan, msp: access.msp)
        return try await request.write { unit in
            let now = try await DossierYear.locked(id, years, unit)
            try refuse(now.blockers)
            try warn(now.warnings, knowing)
            let (plan, files) = try planned(now)
            guard try Sealing.contents(plan, files) == contents, IndexPaper.digest(now, plan: plan, msp: unit.access.msp) == says else {
                throw changed
            }
            let dossier = Identifier.make(at: unit.now)
            let title = "Dossier ACI \(now.exercise)"
            let stored = [
                try unit.store(index, title: "Index – \(title)", name: DossierPlan.indexName, mediaType: "application/pdf"),
                try unit.store(manifest, title: "Empreintes – \(title)", name: DossierPlan.manifestName, mediaType: "text/plain"),
            ]
            unit.enqueue(
                Query(
                    "update budget.dossier set state = 'DROPPED' where msp_id = $1 and year_id = $2 and state = 'PREPARED'", .id(unit.msp),
                    .id(id)))
            unit.enqueue(
                Query(
                    """
                    insert into budget.dossier (msp_id, id, year_id, state, contents, index_file_id, manifest_file_id, sha256, size,
                        prepared_at, prepared_by, index_says)
                    values ($1, $2, $3, 'PREPARED', $4::jsonb, $5, $6, $7, $8, $9, $10, $11)
                    """, .id(unit.msp), .id(dossier), .id(id), .json(contents), .id(stored[0].file), .id(stored[1].file),
                    .text(whole.sha256), .int(whole.size), .instant(unit.now), .text(unit.access.displayName), .text(says)))
            DossierDrift.note(dossier, now, unit)
            try await ManagerMails.tell(
                "budget.dossier_to_seal.\(dossier)", "Dossier ACI \(now.exercise) à sceller",
                "\(unit.access.displayName) a préparé le dossier ACI \(now.exercise)\u{A0}: relisez-le, puis scellez-le.",
                path: "budget/dossiers/\(dossier)", unit)
            try unit.trace(
                "prepare", of: StoredDossier.thing, on: dossier,
                [
                    ("exercise", .integer(now.exercise)), ("sha256", .string(whole.sha256)),
                    ("warnings", .array(now.warnings.map { .string($0) })),
                ])
            return dossier
        }
    }

    /// Seals a prepared dossier: from now on it never changes. Returns its number.
    static func seal(_ id: Identifier, _ years: AciYears, _ unit: WriteUnit) async throws -> Int {
        let rows = try await unit.one(StoredDossier.one(unit.msp, id))
        guard let row = rows.first else { throw Refusal.notFound }
        let found = try StoredDossier(row)
        let year = try await DossierYear.locked(found.year, years, unit)
        // Read again under the lock: somebody may have sealed or prepared anew meanwhile.
        let states = try await unit.run(
            Query(
                "select state, contents::text, index_says from budget.dossier where msp_id = $1 and id = $2 for update", .id(unit.msp),
                .id(id)),
            Query(
                """
                select coalesce(max(number), 0),
                    (select evidence_seq from budget.dossier where msp_id = $1 and year_id = $2 order by number desc nulls last limit 1)
                from budget.dossier where msp_id = $1 and year_id = $2
                """, .id(unit.msp), .id(found.year)))
        guard let state = states[0].first, let last = states[1].first, (try state[0] as String) == StoredDossier.State.prepared.rawValue
        else { throw Refusal.conflict("state", "Ce dossier est déjà scellé, ou un autre a été préparé depuis.") }
        try refuse(year.blockers)
        let (plan, files) = try planned(year)
        let said: String? = try state[2]
        let same =
            try JSONValue.parse(try state[1] as String) == JSONValue.parse(try contents(plan, files))
            && (said == nil || said == IndexPaper.digest(year, plan: plan, msp: unit.access.msp))
        guard same else { throw changed }
        let number = (try last[0] as Int) + 1
        let title = "Dossier ACI \(year.exercise), version \(number)"
        let sequence = try await unit.appendEvidence(
            EvidenceEntry(
                kind: "budget.dossier", indicators: year.match.statuses.map(\.indicator.rawValue), year: year.exercise,
                subjectType: "budget.dossier", subject: id, title: title, occurredAt: unit.now,
                exhibits: [
                    Exhibit(
                        title: "Index", file: found.index.file, mediaType: "application/pdf", size: found.index.size,
                        sha256: found.index.sha256),
                    Exhibit(
                        title: "Empreintes (SHA256SUMS)", file: found.manifest.file, mediaType: "text/plain", size: found.manifest.size,
                        sha256: found.manifest.sha256),
                    Exhibit(
                        title: "Dossier complet (zip)", file: nil, mediaType: "application/zip", size: found.size, sha256: found.sha256),
                ], corrects: try last[1]))
        try await unit.one(
            Query(
                """
                update budget.dossier set state = 'SEALED', number = $3, sealed_at = $4, sealed_by = $5, evidence_seq = $6
                where msp_id = $1 and id = $2
                """, .id(unit.msp), .id(id), .int(number), .instant(unit.now), .text(unit.access.displayName), .int(sequence)))
        try unit.trace(
            "seal", of: StoredDossier.thing, on: id,
            [("exercise", .integer(year.exercise)), ("number", .integer(number)), ("sha256", .string(found.sha256))])
        HandedOut.askAgain(unit)
        unit.publish(
            sealed,
            Version(
                dossier: id, year: found.year, exercise: year.exercise, number: number, sha256: found.sha256, evidence: sequence))
        return number
    }

    // MARK: Steps

    private static let changed = Refusal.conflict(
        "changed", "Des pièces ou des chiffres ont changé depuis la préparation\u{A0}: préparez à nouveau le dossier avant de le sceller.")

    private static func refuse(_ blockers: [Blocker]) throws(Refusal) {
        guard !blockers.isEmpty else { return }
        throw Refusal(
            status: 409, code: "incomplete",
            message: blockers.count == 1
                ? "Le dossier ne peut pas être scellé. \(blockers[0].text)"
                : "Le dossier ne peut pas être scellé\u{A0}: \(French.number(blockers.count)) points l’empêchent.",
            faults: blockers.map { FieldFault("", $0.text) })
    }

    /// What may be left out knowingly is left out knowingly.
    private static func warn(_ warnings: [String], _ knowing: Bool) throws(Refusal) {
        guard !knowing, !warnings.isEmpty else { return }
        throw Refusal(
            status: 409, code: "warnings",
            message: "Avant de préparer, lisez ce qui manque au dossier. \(warnings.joined(separator: " "))",
            faults: warnings.map { FieldFault("", $0) })
    }

    private static func planned(_ year: DossierYear) throws -> (DossierPlan, [DossierPlan.Place: Identifier]) {
        do { return try year.match.plan(names: year.names) } catch { throw Refusal.conflict("archive_name", error.message) }
    }

    private static func file(_ row: DossierPlan.Row, _ files: [DossierPlan.Place: Identifier]) throws -> Identifier {
        guard let file = files[DossierPlan.Place(sequence: row.sequence, rank: row.rank)] else { throw Refusal.notFound }
        return file
    }

    private static func contents(_ plan: DossierPlan, _ files: [DossierPlan.Place: Identifier]) throws -> String {
        JSONValue.array(try plan.rows.map { StoredDossier.Row.json($0, file: try file($0, files)) }).text
    }
}
