import Kernel

/// The first record: give it its own name, words and fields, and its table with it.
enum EntryRecord {
    static let read = "«id».entry.read"
    static let write = "«id».entry.write"

    static let type = RecordType(
        id: "«id».entry", table: "«id».entry",
        words: RecordWords("fiche", "fiches", isFeminine: true, purpose: "À dire : à quoi une fiche sert."), path: "fiches",
        apiPath: "entries",
        fields: [
            RecordField("title", .text(max: 120), label: "Intitulé", required: true),
            RecordField("day", .date, label: "Date"),
            RecordField("note", .longText(max: 2_000), label: "Remarque", noFilter: "La recherche lit déjà ce texte."),
        ], titleField: "title", columns: ["title", "day"], search: ["title", "note"], order: RecordOrder("title"),
        permissions: RecordPermissions(read: read, create: write, update: write, archive: write))
}
