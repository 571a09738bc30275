/// Files that belong to an object of a record, declared once. From it come the place on the object's page, the inputs of the forms, the
/// addresses of programs, the check of the content, versions and their trace. No module writes a page that takes a file.
public struct RecordFiles: Sendable {
    /// lower_snake, unique among the record's: the name in addresses and in the trail.
    public let name: String
    /// « Relevé de banque ».
    public let label: String
    public let help: String?
    public let rule: FileRule
    /// Files at once; with one, a new file takes the place of the former, which stays as a version.
    public let most: Int
    /// Permission to open them; nil for the right to read the record.
    public let reading: String?
    /// Permission to add and to take away; nil for the right to change the record.
    public let writing: String?
    /// States in which files come and go; nil for all.
    public let states: Set<String>?
    /// Months that what was replaced or taken away stays; nil for as long as the record.
    public let keepsMonths: Int?

    public init(
        _ name: String, label: String, help: String? = nil, rule: FileRule = .papers, most: Int, reading: String? = nil,
        writing: String? = nil, during states: Set<String>? = nil, keepsMonths: Int? = nil
    ) {
        self.name = name
        self.label = label
        self.help = help
        self.rule = rule
        self.most = most
        self.reading = reading
        self.writing = writing
        self.states = states
        self.keepsMonths = keepsMonths
    }

    /// One paper with its versions, such as a signed copy.
    public static func one(
        _ name: String, label: String, help: String? = nil, rule: FileRule = .papers, reading: String? = nil, writing: String? = nil,
        during states: Set<String>? = nil, keepsMonths: Int? = nil
    ) -> RecordFiles {
        RecordFiles(
            name, label: label, help: help, rule: rule, most: 1, reading: reading, writing: writing, during: states,
            keepsMonths: keepsMonths)
    }

    /// Several papers, each with a title.
    public static func papers(
        _ name: String, label: String, help: String? = nil, most: Int = 20, reading: String? = nil, writing: String? = nil,
        during states: Set<String>? = nil, keepsMonths: Int? = nil
    ) -> RecordFiles {
        RecordFiles(
            name, label: label, help: help, most: most, reading: reading, writing: writing, during: states, keepsMonths: keepsMonths)
    }

    /// Whether each file has a title of its own.
    public var isTitled: Bool { most > 1 }

    /// Part of an address.
    public var segment: String { name.replacing("_", with: "-") }

    /// Input of a form.
    public var input: String { "_file_\(name)" }

    /// Names of its acts in the history of the object.
    var verbs: [String: String] {
        [name: "\(label)\u{A0}: fichier joint", "\(name)_removed": "\(label)\u{A0}: fichier retiré"]
    }
}
