import Kernel
import Postgres

/// The pieces of an exercise and the ledger's entries for it, matched with what the exercise claims.
enum PieceReading {
    static let queryCount = 3

    /// Statements that follow those of `YearRecord`, in the order that `match` reads.
    static func queries(_ msp: Identifier, _ key: YearRecord.Key) -> [Query] {
        let (condition, parameter) = YearRecord.condition(key)
        return [
            Query(
                """
                select x.id, x.indicator, x.requirement, x.title, x.state, x.anonymity, x.file_id, x.media_type, x.file_size, x.sha256,
                    x.evidence_seq
                from budget.exhibit x join budget.aci_year y on y.msp_id = x.msp_id and y.id = x.year_id
                where x.msp_id = $1 and x.archived_at is null and
                """ + " " + condition + " order by x.indicator, x.id", .id(msp), parameter),
            Query(
                "select e.seq, e.indicators, e.title, e.corrects, e.exhibits::text as exhibits from kernel.evidence e join budget.aci_year y "
                    + "on y.msp_id = e.msp_id and y.exercise = e.year where e.msp_id = $1 and e.kind <> all ($3::text[]) and "
                    + condition + " order by e.seq", .id(msp), parameter, .texts(RequirementMatch.ownKinds)),
            Query(
                "select k.file_id, k.choice from budget.ledger_mark k join budget.aci_year y on y.msp_id = k.msp_id and y.id = k.year_id "
                    + "where k.msp_id = $1 and " + condition, .id(msp), parameter),
        ]
    }

    /// What the exercise must prove against what is there.
    static func match(_ record: YearRecord, _ outlook: YearOutlook, _ results: ArraySlice<ResultSet>) throws -> RequirementMatch {
        let results = Array(results)
        guard results.count >= queryCount else { throw Refusal.notFound }
        let marks = Dictionary(
            try results[2].map { (try $0[0] as Identifier, RequirementMatch.LedgerFile.Choice(rawValue: try $0[1])) },
            uniquingKeysWith: { first, _ in first })
        return RequirementMatch(
            claims: outlook.today.claims(leftOut: record.leftOut), ledger: try results[1].map { try entry($0, marks) },
            pieces: try results[0].compactMap(piece))
    }

    private static func piece(_ row: Row) throws -> RequirementMatch.Piece? {
        guard let indicator = AciIndicatorID(rawValue: try row["indicator"]),
            let state = RequirementMatch.Piece.State(rawValue: try row["state"])
        else { return nil }
        var piece = RequirementMatch.Piece(
            id: try row["id"], indicator: indicator, requirement: try row["requirement"], title: try row["title"], state: state,
            isDeclaredAnonymous: (try row["anonymity"] as String) != Anonymity.notDeclared.rawValue)
        if let file: Identifier = try row["file_id"], let type: String = try row["media_type"], let kind = PaperKind.declared(type) {
            piece.file = (file, kind, try row["file_size"], try row["sha256"])
        }
        piece.sequence = try row["evidence_seq"]
        return piece
    }

    private static func entry(
        _ row: Row, _ marks: [Identifier: RequirementMatch.LedgerFile.Choice?]
    ) throws -> RequirementMatch.LedgerEntry {
        let exhibits = try JSONValue.parse(try row["exhibits"] as String).arrayValue ?? []
        var files: [RequirementMatch.LedgerFile] = []
        for (rank, exhibit) in exhibits.enumerated() {
            guard let id = exhibit["file"]?.stringValue.flatMap({ Identifier($0) }), let digest = exhibit["sha256"]?.stringValue,
                let size = exhibit["size"]?.intValue
            else { continue }
            files.append(
                RequirementMatch.LedgerFile(
                    id: id, rank: rank, title: exhibit["title"]?.stringValue ?? "Pièce",
                    kind: exhibit["media_type"]?.stringValue.flatMap(PaperKind.declared), size: size, sha256: digest,
                    choice: marks[id] ?? nil))
        }
        return RequirementMatch.LedgerEntry(
            sequence: try row["seq"], codes: try row["indicators"], title: try row["title"], corrects: try row["corrects"], files: files)
    }
}
