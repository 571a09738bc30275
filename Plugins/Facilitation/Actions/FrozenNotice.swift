import Kernel

/// The convocation as it was sent: drawn and kept, so that what is shown afterwards is what people received.
enum FrozenNotice {
    enum Kind: String, Sendable {
        case convened = "CONVENED"
        case moved = "MOVED"
    }

    /// Draws, stores and files the notice in the transaction that sends it.
    static func keep(_ meeting: Identifier, _ kind: Kind, _ unit: WriteUnit) async throws {
        // Its page is kept, not a print of it: a series of convocations would wait for the printer.
        let made = try await unit.document(MeetingPapers.notice, of: MeetingRecord.id, on: meeting)
        let exhibit = try unit.store(
            made.document.html, title: made.document.title, name: "\(made.name).html", mediaType: "text/html")
        guard let file = exhibit.file else { throw Refusal.conflict("not_stored", "La convocation n’a pas pu être enregistrée.") }
        try await unit.one(
            Query(
                """
                insert into facilitation.meeting_notice (msp_id, id, meeting_id, kind, sent_at, file_id, created_at, created_by)
                values ($1, $2, $5, $6, $3, $7, $3, $4)
                """, parameters: unit.stamp(.make(at: unit.now)) + [.id(meeting), .text(kind.rawValue), .id(file)]))
    }

    /// The file of the last one; nothing for a meeting that was not convened yet.
    static func latest(_ msp: Identifier, _ meeting: Identifier) -> Query {
        Query(
            """
            select n.file_id from facilitation.meeting_notice n where n.msp_id = $1 and n.meeting_id = $2
            order by n.sent_at desc, n.id desc limit 1
            """, .id(msp), .id(meeting))
    }
}
