import Kernel
import Postgres

/// Pieces of the running exercise and payments of both: some checked, one that waits, most still missing (missions.md 17.5).
enum DossierDemo {
    static func scenario(_ years: AciYears) -> DemoScenario {
        DemoScenario("budget.dossier") { msp, unit in
            let last = msp.today.year - 1
            let running = Identifier.derived(from: "demo.aci_year.\(msp.key).\(last + 1)")
            let known = try await unit.run(
                Query("select 1 from budget.aci_year where msp_id = $1 and id = $2", .id(msp.id), .id(running)),
                Query("select 1 from budget.exhibit where msp_id = $1 and year_id = $2 limit 1", .id(msp.id), .id(running)))
            guard !known[0].isEmpty, known[1].isEmpty else { return }
            for (index, requirement) in checked.enumerated() { try await piece(requirement, index, running, last + 1, msp, true, unit) }
            for (index, requirement) in waiting.enumerated() {
                try await piece(requirement, checked.count + index, running, last + 1, msp, false, unit)
            }
            try await sheets(running, last + 1, msp, unit)
            try await payments(last, msp, unit)
            try await years.keep(running, unit)
        }
    }

    /// Sheets of the year's concertations are joined and their minutes left out; those of the last one wait for somebody.
    private static func sheets(_ year: Identifier, _ exercise: Int, _ msp: DemoMsp, _ unit: WriteUnit) async throws {
        let entries = try await unit.one(
            Query(
                """
                select exhibits::text from kernel.evidence where msp_id = $1 and year = $2 and 'concertation' = any (indicators) order by seq
                """, .id(msp.id), .int(exercise)))
        var marks: [Query] = []
        for row in entries.dropLast() {
            for exhibit in try JSONValue.parse(try row[0] as String).arrayValue ?? [] {
                guard let file = exhibit["file"]?.stringValue.flatMap({ Identifier($0) }) else { continue }
                let choice: RequirementMatch.LedgerFile.Choice = exhibit["title"]?.stringValue == "Compte-rendu" ? .leave : .join
                marks.append(
                    Query(
                        """
                        insert into budget.ledger_mark (msp_id, year_id, file_id, choice, declared_at, declared_by)
                        values ($1, $2, $3, $4, $5, 'Démonstration')
                        """, .id(msp.id), .id(year), .id(file), .text(choice.rawValue), .instant(unit.now)))
            }
        }
        if !marks.isEmpty { try await unit.run(all: marks) }
    }

    private static let checked = ["A1-HOR.charter", "A1-CRI-F.plan", "A3-SIS.label"]
    private static let waiting = ["A3-SIS.invoice"]

    private static func piece(
        _ code: String, _ index: Int, _ year: Identifier, _ exercise: Int, _ msp: DemoMsp, _ isChecked: Bool, _ unit: WriteUnit
    ) async throws {
        guard let requirement = Requirement.of(code) else { return }
        let id = Identifier.derived(from: "demo.exhibit.\(msp.key).\(code)")
        let title = requirement.title
        let stored = try unit.store(
            ExamplePaper.bytes(title: title, place: msp.name), title: title, name: "\(DossierPlan.slug(title)).pdf",
            mediaType: PaperKind.pdf.mediaType)
        let at = unit.now.adding(seconds: -86_400 * (20 - index))
        var sequence: Int?
        if isChecked {
            sequence = try await unit.appendEvidence(
                EvidenceEntry(
                    kind: "budget.exhibit", indicators: [requirement.indicator.rawValue], year: exercise, subjectType: "budget.exhibit",
                    subject: id, title: title, occurredAt: at, exhibits: [stored]))
        }
        let by = unit.access.displayName.isEmpty ? "Démonstration" : unit.access.displayName
        try await unit.one(
            Query(
                """
                insert into budget.exhibit (msp_id, id, year_id, indicator, requirement, title, state, anonymity, declared_at, declared_by,
                    file_id, file_name, file_size, sha256, media_type, provided_at, checked_at, checked_by, evidence_seq)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'application/pdf', $15, $9, $10, $16)
                """, .id(msp.id), .id(id), .id(year), .text(requirement.indicator.rawValue), .text(requirement.id), .text(title),
                .text(isChecked ? "CHECKED" : "PROVIDED"), .text(isChecked ? "NO_PATIENT" : "NOT_DECLARED"),
                .instant(isChecked ? at.adding(seconds: 3_600) : nil), .text(isChecked ? by : nil), .id(stored.file),
                .text("\(DossierPlan.slug(title)).pdf"), .int(stored.size), .text(stored.sha256), .instant(at), .int(sequence)))
    }

    /// The advance of each exercise, rounded to the euro as if a rule had been read otherwise, and the notice of the last one.
    private static func payments(_ last: Int, _ msp: DemoMsp, _ unit: WriteUnit) async throws {
        for exercise in [last, last + 1] {
            try await unit.one(
                Query(
                    """
                    insert into budget.aci_payment (msp_id, id, year_id, title, kind, received_on, amount_cents, reference)
                    select y.msp_id, $2, y.id, 'Avance ' || y.exercise, 'ADVANCE', $4, y.advance_cents, 'AVANCE ACI ' || y.exercise from budget.aci_year y
                    where y.msp_id = $1 and y.id = $3 and y.advance_cents > 0
                    """, .id(msp.id), .id(.derived(from: "demo.aci_payment.\(msp.key).\(exercise)")),
                    .id(.derived(from: "demo.aci_year.\(msp.key).\(exercise)")), .date(CivilDate(year: exercise, month: 4, day: 28))))
        }
    }
}

/// A page of text as PDF, small and always the same: demonstration pieces need no printer.
enum ExamplePaper {
    static func bytes(title: String, place: String) -> [UInt8] {
        let text = [title, place, "Exemple de demonstration"].map { "(\(ascii($0))) Tj 0 -28 Td" }.joined(separator: " ")
        let content = "BT /F1 18 Tf 72 740 Td \(text) ET"
        let objects = [
            "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
            "<</Length \(content.utf8.count)>>stream\n\(content)\nendstream", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ]
        var file = "%PDF-1.4\n"
        var offsets: [Int] = []
        for (index, object) in objects.enumerated() {
            offsets.append(file.utf8.count)
            file += "\(index + 1) 0 obj\(object)endobj\n"
        }
        let start = file.utf8.count
        file += "xref\n0 \(objects.count + 1)\n0000000000 65535 f \n"
        for offset in offsets { file += String(repeating: "0", count: 10 - "\(offset)".count) + "\(offset) 00000 n \n" }
        file += "trailer<</Size \(objects.count + 1)/Root 1 0 R>>\nstartxref\n\(start)\n%%EOF\n"
        return Array(file.utf8)
    }

    private static func ascii(_ text: String) -> String {
        DossierPlan.slug(text).replacing("-", with: " ")
    }
}
