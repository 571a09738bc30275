internal import Kernel

/// A place where the team works.
enum SiteRecord {
    static let record = RecordType(
        id: "core.site", table: "kernel.site",
        words: RecordWords("lieu", "lieux", isFeminine: false, purpose: "Les sites où l’équipe exerce et se réunit."), path: "sites",
        apiPath: "sites",
        fields: [
            RecordField("name", .text(max: 120), label: "Nom", required: true),
            RecordField("address", .longText(max: 500), label: "Adresse", noFilter: "Une adresse se cherche par la commune."),
            RecordField("town", .text(max: 120), label: "Commune"),
            RecordField("phone", .phone, label: "Téléphone"),
            RecordField("is_head_office", .boolean, label: "Siège", required: true, default: .boolean(false)),
            RecordField("accessible", .boolean, label: "Accessible aux personnes à mobilité réduite"),
        ],
        titleField: "name", columns: ["name", "town", "phone", "is_head_office", "accessible"], search: ["name", "town"],
        findable: ["town"],
        order: RecordOrder("name"), permissions: PlacePermissions.all)
}

/// A room for meetings and consultations.
enum RoomRecord {
    static let record = RecordType(
        id: "core.room", table: "kernel.room",
        words: RecordWords("salle", "salles", isFeminine: true, purpose: "Les salles de réunion et de consultation."), path: "salles",
        apiPath: "rooms",
        fields: [
            RecordField("name", .text(max: 120), label: "Nom", required: true),
            RecordField("site_id", .reference(.site), label: "Lieu"),
            RecordField("capacity", .integer(1...2_000), label: "Places"),
            RecordField("accessible", .boolean, label: "Accessible aux personnes à mobilité réduite"),
        ],
        titleField: "name", columns: ["name", "site_id", "capacity", "accessible"], search: ["name"], findable: ["site_id"],
        order: RecordOrder("name"),
        permissions: PlacePermissions.all)
}

private enum PlacePermissions {
    static let all = RecordPermissions(
        read: CorePermissions.readSites, create: CorePermissions.writeSites, update: CorePermissions.writeSites,
        archive: CorePermissions.writeSites)
}
