/// `COLLECTIF_FILES`: where the bytes of files stand, in the operator's words. New ones go to the first place named; those of the others
/// are read there until they are moved.
struct FilePlaces: Sendable, Equatable {
    enum Place: Sendable, Equatable {
        case rows
        case folder(String)
        case rclone(String)

        /// The word of the setting and of `collectif files move --to`.
        var word: String {
            switch self {
            case .rows: "database"
            case .folder: "folder"
            case .rclone: "rclone"
            }
        }
    }

    let places: [Place]

    /// Without the setting, files stay in their rows.
    init(places: [Place]) { self.places = places.isEmpty ? [.rows] : places }

    /// Nil when a word means nothing.
    init?(_ text: String) {
        var places: [Place] = []
        for word in text.split(whereSeparator: \.isWhitespace) {
            guard let place = Self.place(String(word)), !places.contains(where: { $0.word == place.word }) else { return nil }
            places.append(place)
        }
        self.init(places: places)
    }

    private static func place(_ word: String) -> Place? {
        if word == "database" { return .rows }
        if word.hasPrefix("folder:") {
            let path = String(word.dropFirst("folder:".count))
            return path.hasPrefix("/") && path.count > 1 ? .folder(path.hasSuffix("/") ? String(path.dropLast()) : path) : nil
        }
        guard word.hasPrefix("rclone:") else { return nil }
        let parts = word.dropFirst("rclone:".count).split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && !$0.hasPrefix("-") && !$0.hasSuffix("/") }), !parts[1].hasPrefix("/")
        else { return nil }
        return .rclone("\(parts[0]):\(parts[1])")
    }

    /// What the setting should look like.
    static let shape = """
        write database, folder:/an/absolute/path or rclone:REMOTE:BUCKET, or two of them with a space, the first for new files \
        (docs/operator/files.md).
        """
}
