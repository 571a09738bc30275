internal import Kernel

/// The two fields of a new password, judged together.
enum NewPassword {
    /// Faults of the fields `nouveau` and `confirmation`; none when the password may be hashed.
    static func faults(_ form: FormValues, personal: [String]) -> [FieldFault] {
        let password = form["nouveau"] ?? ""
        if password.isEmpty { return [FieldFault("nouveau", "Choisissez un mot de passe.")] }
        if let fault = PasswordPolicy().fault(in: password, personal: personal) { return [FieldFault("nouveau", fault.message)] }
        if password != form["confirmation"] {
            return [FieldFault("confirmation", "Les deux saisies diffèrent. Tapez deux fois le même mot de passe.")]
        }
        return []
    }
}

/// What the platform's own forms accept as a mail address.
enum EmailAddress {
    /// The same rule as the table of accounts: something, one `@`, something with a dot; no space.
    static func isPlausible(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && (1...64).contains(parts[0].count) && (3...189).contains(parts[1].count) && parts[1].contains(".")
            && !parts[1].hasPrefix(".") && !parts[1].hasSuffix(".")
            && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
            && !text.contains(where: \.isWhitespace)
    }
}
