/// A setting that has become another one.
package struct SettingChange: Hashable, Sendable {
    package let key: SettingKey
    package let old: String
    package let new: String
}
