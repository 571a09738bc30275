internal import Kernel

/// One entry of the evidence ledger.
struct EvidenceRow: Sendable {
    let id: Identifier
    let number: Int
    let kind: String
    let year: Int
    let title: String
    let occurred: Instant
    let recorded: Instant
    let actor: String
    let hash: String
    let corrects: Int?
    let indicators: [String]
    let subjectType: String
    let subject: Identifier
    let exhibits: [JSONValue]

    fileprivate static let columns: SQL = """
        seq, kind, year, title, occurred_at, recorded_at, coalesce(actor_label, ''), encode(hash, 'hex'), corrects, indicators,
        subject_type, subject_id, exhibits::text, id
        """

    init(row: Row) throws {
        number = try row[0]
        kind = try row[1]
        year = try row[2]
        title = try row[3]
        occurred = try row[4]
        recorded = try row[5]
        actor = try row[6]
        hash = try row[7]
        corrects = try row[8]
        indicators = try row[9]
        subjectType = try row[10]
        subject = try row[11]
        exhibits = try JSONValue.parse(try row.decode(12, as: String.self)).arrayValue ?? []
        id = try row[13]
    }
}

/// What pages and programs read of the evidence ledger.
enum EvidenceLedger {
    /// A page of the screen.
    static func page(_ msp: Identifier, year: Int?, size: Int, number: Int) -> Query {
        Query(
            "select " + EvidenceRow.columns
                + " from kernel.evidence where msp_id = $1 and ($2::int is null or year = $2) order by seq desc limit $3 offset $4",
            .id(msp), .int(year), .int(size), .int((number - 1) * size))
    }

    /// A slice, the latest first, before an entry; one row more than the limit when there are others.
    static func slice(_ msp: Identifier, year: Int?, kind: String?, before: Int?, limit: Int) -> Query {
        Query(
            "select " + EvidenceRow.columns
                + """
                 from kernel.evidence where msp_id = $1 and ($2::int is null or year = $2) and ($3::text is null or kind = $3)
                    and ($4::bigint is null or seq < $4) order by seq desc limit $5
                """, .id(msp), .int(year), .text(kind), .int(before), .int(limit + 1))
    }

    static func count(_ msp: Identifier, year: Int?) -> Query {
        Query("select count(*) from kernel.evidence where msp_id = $1 and ($2::int is null or year = $2)", .id(msp), .int(year))
    }

    static func one(_ msp: Identifier, _ number: Int) -> Query {
        Query("select " + EvidenceRow.columns + " from kernel.evidence where msp_id = $1 and seq = $2", .id(msp), .int(number))
    }

    /// Numbers of the entries that correct one.
    static func corrections(_ msp: Identifier, of number: Int) -> Query {
        Query("select seq from kernel.evidence where msp_id = $1 and corrects = $2 order by seq", .id(msp), .int(number))
    }

    /// Broken links of the chain, none when it is whole.
    static func faults(_ msp: Identifier) -> Query { Query("select seq, fault from kernel.verify_evidence($1)", .id(msp)) }

    /// The number of the address.
    static func number(_ text: String?) throws -> Int {
        guard let text, text.utf8.count <= 18, let number = Int(text), number > 0, "\(number)" == text else { throw Refusal.notFound }
        return number
    }
}
