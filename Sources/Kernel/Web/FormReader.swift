/// Reads what people typed into a form written by hand, by the rules of record fields. What is wrong is gathered, so that all of it
/// is told at once; a value that is missing or wrong is nil.
public struct FormReader: Sendable {
    private let form: FormValues
    public private(set) var faults: [FieldFault] = []

    public init(_ form: FormValues) { self.form = form }

    /// Everything that is wrong.
    public var refusal: Refusal { .invalid(faults) }

    /// Throws everything that is wrong.
    public func check() throws(Refusal) { if !faults.isEmpty { throw refusal } }

    public mutating func fault(_ name: String, _ message: String) { faults.append(FieldFault(name, message)) }

    /// Whether something is wrong with one of these.
    public func hasFault(_ names: String...) -> Bool { faults.contains { names.contains($0.field) } }

    // MARK: Texts

    /// Several lines.
    /// - Parameters:
    ///   - max: characters at most.
    ///   - required: what an empty input is told; nil when it may be empty.
    public mutating func text(_ name: String, max: Int, required: String? = nil) -> String? {
        given(name, required, lines: true).flatMap { checked(name, $0) { TextRules.fault($0, max: max, lines: true) } }
    }

    /// One line.
    public mutating func line(_ name: String, max: Int, required: String? = nil) -> String? {
        given(name, required).flatMap { checked(name, $0) { TextRules.fault($0, max: max, lines: false) } }
    }

    /// An address of mail, in small letters.
    public mutating func email(_ name: String, required: String? = nil) -> String? {
        given(name, required).flatMap { text in
            checked(name, text.lowercased()) {
                TextRules.fault($0, max: 254, lines: false)
                    ?? (TextRules.isEmail($0) ? nil : "Indiquez une adresse comme prenom.nom@exemple.fr.")
            }
        }
    }

    // MARK: Choices

    /// An id chosen in a list.
    public mutating func id(_ name: String) -> Identifier? { chosen(name) { Identifier($0) } }

    /// A code of a list.
    public mutating func code(_ name: String, _ list: CodeList) -> String? { chosen(name) { list.contains($0) ? $0 : nil } }

    private mutating func chosen<T>(_ name: String, _ find: (String) -> T?) -> T? {
        guard let text = given(name, nil) else { return nil }
        let found = find(text)
        if found == nil { fault(name, "Choisissez une ligne de la liste.") }
        return found
    }

    // MARK: Times

    /// A day, as people write it or as a date input sends it.
    public mutating func day(_ name: String, required: String? = nil) -> CivilDate? {
        read(name, required) { text throws(InputFault) in
            if let day = CivilDate(text) { return day }
            return try FrenchInput.date(text)
        }
    }

    /// A time of a day on the clocks of a zone.
    public mutating func time(_ name: String, on day: CivilDate, zone: String, required: String? = nil) -> Instant? {
        read(name, required) { text throws(InputFault) in
            let time = try FrenchInput.time(text)
            switch LocalTime.meaning(of: day, time.hour, time.minute, zone: zone) {
            case .exact(let instant): return instant
            case .ambiguous:
                throw InputFault("À cette heure les horloges reculent\u{A0}: elle existe deux fois. Choisissez une autre heure.")
            case .nonexistent: throw InputFault("Cette heure n’existe pas ce jour-là\u{A0}: les horloges avancent.")
            }
        }
    }

    /// A duration in minutes.
    public mutating func minutes(_ name: String, in range: ClosedRange<Int>, required: String? = nil) -> Int? {
        read(name, required) { text throws(InputFault) in
            let minutes = try FrenchInput.duration(text)
            guard range.contains(minutes) else {
                throw InputFault(
                    "Indiquez une durée de \(French.duration(minutes: range.lowerBound)) à \(French.duration(minutes: range.upperBound)).")
            }
            return minutes
        }
    }

    // MARK: Numbers

    /// A whole number.
    public mutating func integer(_ name: String, in range: ClosedRange<Int>, required: String? = nil) -> Int? {
        read(name, required) { text throws(InputFault) in
            guard let number = try? FrenchInput.integer(text), range.contains(number) else {
                throw InputFault("Indiquez un nombre de \(French.number(range.lowerBound)) à \(French.number(range.upperBound)).")
            }
            return number
        }
    }

    /// An amount in cents, typed in euros.
    public mutating func cents(_ name: String, in range: ClosedRange<Int>, required: String? = nil) -> Int? {
        read(name, required) { text throws(InputFault) in
            let cents = try FrenchInput.cents(text)
            guard range.contains(cents) else {
                throw InputFault(
                    "Indiquez un montant de \(French.money(cents: range.lowerBound)) à \(French.money(cents: range.upperBound)).")
            }
            return cents
        }
    }

    /// An exact number.
    public mutating func number(_ name: String, in range: ClosedRange<ExactDecimal>, scale: Int, required: String? = nil) -> ExactDecimal? {
        read(name, required) { text throws(InputFault) in
            let number = try FrenchInput.number(text)
            guard range.contains(number), number.normalized.scale <= scale else {
                throw InputFault(
                    "Indiquez un nombre de \(French.number(range.lowerBound)) à \(French.number(range.upperBound)), avec au plus \(scale) chiffres après la virgule."
                )
            }
            return number
        }
    }

    /// Anything else that has a reader of its own.
    public mutating func read<T>(_ name: String, _ required: String? = nil, _ body: (String) throws(InputFault) -> T) -> T? {
        guard let text = given(name, required) else { return nil }
        do { return try body(text) } catch {
            fault(name, error.message)
            return nil
        }
    }

    // MARK: Steps

    private mutating func given(_ name: String, _ required: String?, lines: Bool = false) -> String? {
        let text = TextRules.normalised(form[name] ?? "", lines: lines).trimmed
        guard text.isEmpty else { return text }
        if let required { fault(name, required) }
        return nil
    }

    private mutating func checked(_ name: String, _ text: String, _ find: (String) -> String?) -> String? {
        guard let found = find(text) else { return text }
        fault(name, found)
        return nil
    }
}
