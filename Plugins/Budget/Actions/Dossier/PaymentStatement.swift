import Kernel

/// The bank's statement that a payment of the ACI came with; by page and by program alike.
enum PaymentStatement {
    /// Its file.
    static func query(_ msp: Identifier, _ payment: Identifier) -> Query {
        Query(
            """
            select p.file_id from budget.aci_payment p where p.msp_id = $1 and p.id = $2 and p.file_id is not null
            """, .id(msp), .id(payment))
    }

    static func join(_ checked: Exhibits.Checked, to id: Identifier, _ unit: WriteUnit) async throws {
        let rows = try await unit.one(
            Query(
                "select received_on from budget.aci_payment where msp_id = $1 and id = $2 and archived_at is null for update",
                .id(unit.msp), .id(id)))
        guard let row = rows.first else { throw Refusal.notFound }
        let name = "releve-\(try row[0] as CivilDate).\(checked.kind.fileExtension)"
        let stored = try unit.store(checked.bytes, title: "Relevé de banque", name: name, mediaType: checked.kind.mediaType)
        try await unit.follow(
            PaymentRecord.record.id, on: id, "statement",
            RecordChange(RecordValues(["file_name": .text(name)]), kept: ["file_id": .id(stored.file)]),
            noting: [("sha256", .string(stored.sha256))])
    }
}
