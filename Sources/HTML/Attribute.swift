/// One attribute of an element. Values are always quoted and escaped; addresses are checked.
///
/// There is no way to write an event handler or a `style`: the page's security policy refuses both. Mails, which have no style sheet and
/// no policy, write theirs as `inMail`, in literals alone.
public struct Attribute: Sendable {
    /// What follows the lead. A plain mark beside plain fields, not an enumeration with values: pages write
    /// hundreds of attributes, and these are read in place, without a copy.
    enum Kind: Sendable {
        /// Nothing is written.
        case absent
        /// The lead is the whole attribute.
        case whole
        /// The lead ends with the opening quote; the value follows.
        case text, address, number, decimal
        /// The lead is the part of the name after `data-`.
        case data, dataMark
    }

    /// Space, name, equals sign and opening quote in one literal: one copy for all of them.
    let lead: StaticString
    let kind: Kind
    let string: String
    /// The whole number, or the bits of the decimal one.
    let bits: Int

    init(_ lead: StaticString, _ kind: Kind, _ string: String) {
        self.lead = lead
        self.kind = kind
        self.string = string
        self.bits = 0
    }

    init(_ lead: StaticString, _ kind: Kind, bits: Int = 0) {
        self.lead = lead
        self.kind = kind
        self.string = ""
        self.bits = bits
    }

    init(text lead: StaticString, _ string: String) { self.init(lead, .text, string) }
    init(address lead: StaticString, _ string: String) { self.init(lead, .address, string) }
    init(number lead: StaticString, _ number: Int) { self.init(lead, .number, bits: number) }
    init(decimal lead: StaticString, _ number: Double) { self.init(lead, .decimal, bits: Int(bitPattern: UInt(number.bitPattern))) }
    init(whole lead: StaticString, when condition: Bool = true) { self.init(lead, condition ? .whole : .absent) }

    /// The attribute when the condition holds, nothing otherwise.
    public static func when(_ condition: Bool, _ attribute: @autoclosure () -> Attribute) -> Attribute {
        condition ? attribute() : .none
    }

    /// An attribute that writes nothing.
    public static var none: Attribute { Attribute("", .absent) }
}

extension HTMLWriter {
    /// Reads the attribute in place.
    func write(_ attribute: UnsafePointer<Attribute>) {
        switch attribute.pointee.kind {
        case .absent:
            return
        case .whole:
            literal(attribute.pointee.lead)
            return
        case .text:
            literal(attribute.pointee.lead)
            text(attribute.pointee.string)
        case .address:
            literal(attribute.pointee.lead)
            if Address.isAdmitted(attribute.pointee.string) { text(attribute.pointee.string) } else { literal(Address.refused) }
        case .number:
            literal(attribute.pointee.lead)
            write(attribute.pointee.bits)
        case .decimal:
            literal(attribute.pointee.lead)
            write(Double(bitPattern: UInt64(UInt(bitPattern: attribute.pointee.bits))))
        case .data:
            literal(" data-")
            literal(attribute.pointee.lead)
            literal("=\"")
            text(attribute.pointee.string)
        case .dataMark:
            literal(" data-")
            literal(attribute.pointee.lead)
            return
        }
        byte(UInt8(ascii: "\""))
    }
}
