import NetworkTypes
import Testing

@Suite("Interface name prefixes")
struct InterfacePrefixTests {
    @Test(
        "A prefix that yields valid names is accepted unchanged",
        arguments: ["e", "lan", "LAN", "lan1", "v-50.", "twelveletter"])
    func valid(_ text: String) { #expect(InterfacePrefix(text)?.text == text) }

    @Test(
        "A prefix that yields no valid names, or leaves no room for numbers, is refused",
        arguments: ["", "thirteenchars", "a/b", "a:b", "a b", "a%d", "l\u{e4}n", "a\n"])
    func invalid(_ text: String) { #expect(InterfacePrefix(text) == nil) }

    @Test("The engine's own prefix is valid")
    func standard() { #expect(InterfacePrefix("eth") == .standard) }
}
