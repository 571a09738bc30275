/// A command that a module adds to the executable, `collectif aci simulate --input FILE`. It needs no database, and of the environment
/// only the settings of its own module.
public struct ModuleCommand: Sendable {
    /// `--name VALUE`, given once at most.
    public struct Option: Sendable {
        /// What the value stands for.
        public enum Kind: Sendable {
            /// The text itself.
            case text
            /// A file whose bytes the command gets; `-` is standard input.
            case file
        }

        /// Without the dashes.
        public let name: String
        /// The value's name in the help, e.g. `FILE`.
        public let value: String
        public let kind: Kind
        public let isRequired: Bool
        /// One English sentence for the help.
        public let summary: String

        /// Declares an option.
        public init(_ name: String, _ value: String, kind: Kind = .text, required: Bool = false, summary: String) {
            self.name = name
            self.value = value
            self.kind = kind
            self.isRequired = required
            self.summary = summary
        }
    }

    /// `["aci", "simulate"]`: the first word belongs to one module.
    public let words: [String]
    /// One English sentence for the help.
    public let summary: String
    public let options: [Option]
    /// A pure function: the kernel reads the files, prints and ends the process.
    public let run: @Sendable (CommandInput) -> CommandOutput

    /// Declares a command.
    public init(
        _ words: [String], summary: String, options: [Option] = [], run: @escaping @Sendable (CommandInput) -> CommandOutput
    ) {
        self.words = words
        self.summary = summary
        self.options = options
        self.run = run
    }
}

/// What a command was given, by name of option.
public struct CommandInput: Sendable {
    /// Values of the options of kind `text`.
    public let texts: [String: String]
    /// Contents of the files of the options of kind `file`.
    public let files: [String: [UInt8]]

    /// Used by the runtime and by tests.
    public init(texts: [String: String] = [:], files: [String: [UInt8]] = [:]) {
        self.texts = texts
        self.files = files
    }
}

/// What a command prints, and how it ends.
public struct CommandOutput: Sendable, Equatable {
    /// For standard output, as it is.
    public let output: [UInt8]
    /// For standard error, a line for each thing to say.
    public let message: String
    /// 0 when all is well, 2 when what was given cannot be used.
    public let status: Int32

    /// An output with a message and a status.
    public init(output: [UInt8] = [], message: String = "", status: Int32) {
        self.output = output
        self.message = message
        self.status = status
    }

    /// The answer alone.
    public static func answer(_ output: [UInt8]) -> CommandOutput { CommandOutput(output: output, status: 0) }

    /// Lines of text.
    public static func lines(_ lines: [String]) -> CommandOutput { answer(Array(lines.map { $0 + "\n" }.joined().utf8)) }

    /// What was given cannot be used: nothing on standard output, status 2.
    /// - Parameter message: French, a line for each fault.
    public static func refused(_ message: String) -> CommandOutput { CommandOutput(message: message, status: 2) }
}
