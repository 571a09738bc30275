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
        unit.enqueue(
            Query(
                """
                update budget.aci_payment set file_id = $3, file_name = $4, updated_at = $5, updated_by = $6, revision = revision + 1
                where msp_id = $1 and id = $2
                """, .id(unit.msp), .id(id), .id(stored.file), .text(name), .instant(unit.now), .id(unit.access.account)))
        unit.audit(
            "budget.aci_payment.statement", type: "budget.aci_payment", id: id, detail: .object([("sha256", .string(stored.sha256))]))
    }
}
